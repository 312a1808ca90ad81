"""How a handler is declared."""

from __future__ import annotations

import pytest

from cimbus import Kind, Retry
from cimbus.application.handler_spec import default_name, spec_of_handler
from cimbus.nouns import EndDeviceEvents


def spec(**options):
    return spec_of_handler(print, EndDeviceEvents, Kind.events, options, Retry())


def test_what_is_not_given_has_a_default():
    made = spec(verb="created", concurrency=100)

    assert (made.name, made.credit, made.durable, made.timeout) == ("EndDeviceEvents.created", 400, None, None)
    assert spec().credit == 256


def test_a_handler_for_everything_is_named_by_its_kind():
    assert default_name(None, Kind.requests, "") == "requests"


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"vreb": "created"}, TypeError, "no option vreb; there are name, verb"),
        ({"concurrency": "16"}, TypeError, "concurrency is a number of messages, such as 16, not '16'"),
        ({"concurrency": True}, TypeError, "concurrency is a number"),
        ({"concurrency": 0}, ValueError, "concurrency is at least 1"),
        ({"credit": 0}, ValueError, "credit is at least 1"),
        ({"retry": 5}, TypeError, r"retry is a policy, such as Retry\(attempts=5\), not 5"),
        ({"timeout": -1}, ValueError, "timeout is a number of seconds, more than 0"),
        ({"timeout": "soon"}, TypeError, "timeout is a number of seconds"),
        ({"durable": "yes"}, TypeError, "durable is True or False"),
        ({"key": 7}, TypeError, "key is the mRID"),
    ],
)
def test_a_wrong_option_is_refused_when_it_is_declared(options, error, text):
    with pytest.raises(error, match=text):
        spec(**options)
