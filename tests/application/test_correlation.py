"""What identifies a reply."""

from __future__ import annotations

import pytest

from cimbus import Message, ReplyError, RequestError, Topic
from cimbus.application.correlation import (
    PendingRequest,
    PendingRequests,
    is_reply,
    names_of_reply,
    raise_for_failure,
    reply_address,
    reply_destination,
)
from cimbus.interface.envelope import Error
from cimbus.middleware.naming import PATH_NAMING

from .support import query, readings

pytestmark = pytest.mark.anyio
USUAL = Topic("production", "replies", "MeterReadings", "reply")


@pytest.mark.parametrize(
    ("correlation_id", "message_id", "names"),
    [("c", "m", ("c", "m")), (None, "m", ("m",)), ("c", "c", ("c",)), (None, None, ())],
)
def test_a_reply_may_carry_either_of_the_requests_ids(correlation_id, message_id, names):
    header = Message.of(query()).replace(correlation_id=correlation_id, message_id=message_id).header

    assert names_of_reply(header) == names


def test_the_address_that_a_request_carries_is_where_its_reply_goes():
    address = reply_address(PATH_NAMING, "production", "MeterReadings", "me")

    topic, literal = reply_destination(PATH_NAMING, address, "production", "MeterReadings")

    assert (topic.key, literal) == ("me", None)


@pytest.mark.parametrize("asked", [None, "", " ", "None"])
def test_a_reply_without_an_address_goes_to_the_nouns_topic(asked):
    assert reply_destination(PATH_NAMING, asked, "production", "MeterReadings") == (USUAL, None)


def test_an_address_that_is_none_of_ours_is_literal():
    assert reply_destination(PATH_NAMING, "queue:REPLIES", "production", "MeterReadings") == (USUAL, "queue:REPLIES")


def test_a_request_is_found_by_both_its_ids_until_it_is_removed():
    requests, pending = PendingRequests(), PendingRequest(Message.of(query(), correlation_id="c", message_id="m"))

    requests.add(pending)

    assert requests.find("c") is requests.find("m") is pending
    assert requests.find(None) is None
    requests.remove(pending)
    assert requests.find("c") is None


async def test_replies_come_in_order_and_an_acknowledgement_is_none_of_them():
    request = Message.of(query())
    pending = PendingRequest(request)

    for reply in (
        request.reply(errors=[Error(code="0.3")]),
        request.reply(readings("1")),
        request.reply(readings("2")),
    ):
        assert pending.put(reply, b"")
    pending.close("closed")

    assert pending.acknowledged
    assert [(await pending.next()).payload.MeterReading[0].Meter.mRID for _ in range(2)] == ["1", "2"]
    with pytest.raises(RequestError, match="closed"):
        await pending.next()


async def test_a_part_that_is_delivered_again_is_left_out_and_one_with_an_id_of_another_is_not():
    request = Message.of(query())
    pending = PendingRequest(request)
    one, other = (request.reply(readings(name)).replace(message_id="m-1") for name in "12")

    assert pending.put(one, b"one")
    assert not pending.put(one, b"one")
    assert pending.put(other, b"other")
    assert [(await pending.next()).payload.MeterReading[0].Meter.mRID for _ in range(2)] == ["1", "2"]
    unnamed = request.reply(readings("3")).replace(message_id=None)
    assert pending.put(unnamed, b"same")
    assert pending.put(unnamed, b"same")


def test_a_reply_that_says_failed_is_raised_with_its_first_error_that_is_one():
    request = Message.of(query())
    failed = request.reply(result="FAILED", errors=[Error(code="0.1"), Error(code="2.4", reason="no such meter")])

    with pytest.raises(ReplyError, match=r"2\.4 no such meter"):
        raise_for_failure(failed)
    assert raise_for_failure(request.reply()).result == "OK"


def test_replies_are_told_from_requests():
    request = Message.of(query())

    assert [is_reply(each) for each in (request, request.reply(), request.fault(Error(code="1.8")))] == [
        False,
        True,
        True,
    ]
