"""Messages made from nothing, from requests and from other messages (IEC 61968-100, exchange rules)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

import cimbus
from cimbus import Header, Kind, Message, MessageType, Payload, ResultKind, XmlElement, nouns
from cimbus.interface.envelope import Error, Operation, OperationSet, Request

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


EVENTS = nouns.EndDeviceEvents()


def request(verb: str = "create", **header) -> Message:
    return Message.of(EVENTS, verb=verb, **{"message_id": "m-1", "timestamp": NOW, **header})


def test_a_message_is_an_event_by_default_with_time_and_a_new_uuid():
    one, two = Message.of(EVENTS), Message.of(EVENTS)

    assert (one.message_type, one.kind, one.header.verb, one.header.noun) == (
        MessageType.event,
        Kind.events,
        "created",
        "EndDeviceEvents",
    )
    assert abs(datetime.now(UTC) - one.header.timestamp) < timedelta(minutes=1)
    assert UUID(one.header.message_id) != UUID(two.header.message_id)


def test_a_query_is_a_get_of_its_noun_in_the_request_area():
    made = Message.of(nouns.GetMeterReadings())

    assert (made.message_type, made.header.verb, made.header.noun) == (MessageType.request, "get", "MeterReadings")
    assert made.payload_area.in_request


def test_an_element_is_a_noun_and_one_that_begins_with_get_a_query():
    assert Message.of(XmlElement("Widget", "u")).header.noun == "Widget"
    query = Message.of(XmlElement("GetWidgets", "u"))
    assert (query.header.verb, query.header.noun, query.payload_area.in_request) == ("get", "Widgets", True)


def test_header_fields_are_taken_as_they_are_given():
    made = Message.of(
        EVENTS, noun="Other", source="HES", context="TESTING", timestamp=NOW, message_id="7", ack_required=True
    )

    assert made.header == Header(
        verb="created", noun="Other", source="HES", context="TESTING", timestamp=NOW, message_id="7", ack_required=True
    )


def test_a_message_without_payload_must_be_told_its_noun():
    with pytest.raises(TypeError, match="told its noun"):
        Message.of(None)
    assert Message.of(None, verb="delete", noun="X").payload is None


def test_what_is_no_noun_is_refused_at_once():
    for wrong in ("text", {"a": 1}, nouns.Name(name="x"), 5):
        with pytest.raises(TypeError, match="is not a noun"):
            Message.of(wrong)


def test_an_operation_set_is_executed():
    steps = OperationSet(operations=(Operation(operation_id=1, noun="X", verb="delete"),))
    made = Message.of(steps)

    assert (made.header.verb, made.header.noun, made.payload, made.payloads) == ("execute", "OperationSet", steps, ())
    assert cimbus.decode(cimbus.encode(made), strict=True).payload == steps


def test_a_misspelt_header_field_is_refused_with_the_names_there_are():
    made = Message.of(EVENTS)

    for refused in (
        lambda: Message.of(EVENTS, sorce="HES"),
        lambda: made.replace(sorce="HES"),
        lambda: made.reply(sorce="HES"),
        lambda: made.fault(sorce="HES"),
        lambda: made.caused(verb="changed", sorce="HES"),
    ):
        with pytest.raises(TypeError, match=r"no header field 'sorce'; there are .*message_id.*source"):
            refused()


def test_the_verb_of_a_reply_cannot_be_chosen():
    with pytest.raises(TypeError, match="no header field 'verb'"):
        request().reply(verb="created")


def test_a_query_is_never_compressed():
    assert not Message.of(nouns.GetMeterReadings(), compress=True).payload_area.was_compressed
    assert Message.of(EVENTS, compress=True).payload_area.was_compressed


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ({"correlation_id": "c-1"}, "c-1"),
        ({"correlation_id": None}, "m-1"),
        ({"correlation_id": None, "message_id": None}, None),
    ],
)
def test_the_answer_carries_the_correlation_id_else_the_message_id(header, wanted):
    asked = request().replace(**header)

    for answer in (asked.reply(), asked.fault(), asked.caused()):
        assert answer.header.correlation_id == wanted
        assert answer.header.message_id not in (None, "m-1")


def test_a_reply_has_the_verb_noun_and_context_of_its_request():
    answer = request(context="TESTING").reply(EVENTS, source="MDM")

    assert (answer.message_type, answer.header.verb, answer.header.noun) == (
        MessageType.response,
        "reply",
        "EndDeviceEvents",
    )
    assert (answer.header.context, answer.header.source, answer.payload) == ("TESTING", "MDM", EVENTS)


@pytest.mark.parametrize(
    ("codes", "result"),
    [
        ([], ResultKind.OK),
        (["0.0"], ResultKind.OK),
        (["0.1", "0.3"], ResultKind.OK),
        (["0.0", "2.4"], ResultKind.FAILED),
        (["5.3"], ResultKind.FAILED),
        (["NA"], ResultKind.FAILED),
        ([""], ResultKind.FAILED),
        (["10.0"], ResultKind.FAILED),
    ],
)
def test_the_result_is_ok_when_every_code_starts_with_0(codes, result):
    answer = request().reply(errors=[Error(code=code) for code in codes])

    assert answer.result is result
    assert [error.code for error in answer.errors] == codes


def test_a_part_of_a_reply_is_partial():
    assert request().reply(result="PARTIAL", errors=[Error(code="0.1")]).result is ResultKind.PARTIAL


def test_a_reply_can_be_compressed_and_is_never_in_the_request_area():
    assert request().reply(EVENTS, compress=True).payload_area.was_compressed
    assert not request().reply(nouns.GetMeterReadings()).payload_area.in_request


def test_a_fault_is_a_failed_reply_without_payload():
    fault = request().fault(Error(code="1.8"))

    assert (fault.message_type, fault.result, fault.kind, fault.payload) == (
        MessageType.fault,
        ResultKind.FAILED,
        Kind.replies,
        None,
    )
    read = cimbus.decode(cimbus.encode(fault), strict=True)
    assert (read.message_type, read.reply_area) == (MessageType.fault, fault.reply_area)


@pytest.mark.parametrize(
    ("verb", "past"),
    [
        ("create", "created"),
        ("change", "changed"),
        ("delete", "deleted"),
        ("cancel", "canceled"),
        ("close", "closed"),
        ("execute", "executed"),
    ],
)
def test_a_caused_event_repeats_the_payload_in_the_past_tense(verb, past):
    caused = request(verb).caused()

    assert (caused.message_type, caused.header.verb, caused.header.noun) == (MessageType.event, past, "EndDeviceEvents")
    assert caused.payload == EVENTS


def test_a_get_causes_nothing_unless_told_what():
    asked = Message.of(nouns.GetMeterReadings())

    with pytest.raises(ValueError, match="no event of its own"):
        asked.caused()
    event = asked.caused(nouns.MeterReadings(), verb="created")
    assert (event.header.verb, event.header.noun) == ("created", "MeterReadings")


def test_an_event_of_another_noun_has_that_noun():
    assert request().caused(nouns.MeterReadings()).header.noun == "MeterReadings"


def test_a_request_without_payload_causes_an_event_without_payload():
    asked = Message(Header(verb="delete", noun="EndDeviceEvents", message_id="m-1"), request=Request())
    caused = asked.caused()

    assert (caused.header.noun, caused.header.correlation_id, caused.payload) == ("EndDeviceEvents", "m-1", None)


def test_an_executed_operation_set_is_repeated():
    steps = OperationSet(operations=(Operation(operation_id=1, noun="X", verb="delete"),))
    asked = Message(Header(verb="execute", noun="OperationSet"), payload=Payload(operation_set=steps))

    assert asked.caused().payload == steps
    assert asked.caused().header.verb == "executed"


def test_replace_makes_another_message_and_changes_nothing():
    one = request()
    two = one.replace(source="X")

    assert (one.header.source, two.header.source) == (None, "X")
    assert one != two
    assert two.replace(source=None) == one
    assert two.payload is one.payload
