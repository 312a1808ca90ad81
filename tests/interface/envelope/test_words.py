"""The enumerations of the envelope: the standard's words, and what peers use instead."""

from __future__ import annotations

import pytest

from cimbus.interface.envelope import VERBS, LevelKind, MessageType, ResultKind, Verb
from cimbus.interface.topic import Kind, kind_of_verb


def test_there_are_fourteen_verbs_and_five_envelopes():
    assert len(VERBS) == len(Verb) == 14
    assert [kind.value for kind in MessageType] == [
        "Message",
        "RequestMessage",
        "ResponseMessage",
        "EventMessage",
        "FaultMessage",
    ]


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_is_of_one_kind(verb):
    kind = kind_of_verb(verb)

    assert (kind == Kind.events) == (verb.endswith("ed"))
    assert (kind == Kind.replies) == (verb == "reply")


@pytest.mark.parametrize(("kind", "unlisted"), [(ResultKind, "NOK"), (LevelKind, "DEBUG")])
def test_an_unlisted_word_is_kept_and_known_as_such(kind, unlisted):
    assert all(each.known for each in kind)
    assert kind(unlisted) == unlisted
    assert not kind(unlisted).known
