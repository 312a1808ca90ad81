"""Connections that one message has ended, in a row."""

from __future__ import annotations

from cimbus.middleware.net import MAX_ENDED, EndedConnections


def test_a_message_without_an_identity_is_never_given_up():
    ended = EndedConnections()

    assert not any(ended.ended("") for _ in range(2 * MAX_ENDED))


def test_another_message_begins_the_count_anew():
    ended = EndedConnections()
    before = [ended.ended("ID:1") for _ in range(MAX_ENDED - 1)]

    assert not any((*before, ended.ended("ID:2"), ended.ended("ID:1")))
    assert [ended.ended("ID:1") for _ in range(MAX_ENDED - 1)][-1]
