"""Messages made from nothing, from requests and from other messages (IEC 61968-100, exchange rules)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

import cimbus
from cimbus import Element, Error, Header, Kind, Message, PayloadArea, Reply, Request, ResultKind, Root, nouns
from cimbus.envelope import Operation, OperationSet

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENTS = nouns.EndDeviceEvents()


def request(verb: str = "create", **header) -> Message:
    return Message.of(EVENTS, verb=verb, **{"message_id": "m-1", "timestamp": NOW, **header})


# -- Message.of -------------------------------------------------------------------------------------------------------


def test_a_message_is_an_event_by_default_with_time_and_a_new_uuid():
    one, two = Message.of(EVENTS), Message.of(EVENTS)

    assert (one.root, one.kind, one.header.verb, one.header.noun) == (
        Root.event,
        Kind.events,
        "created",
        "EndDeviceEvents",
    )
    assert abs(datetime.now(UTC) - one.header.timestamp) < timedelta(minutes=1)
    assert UUID(one.header.message_id) != UUID(two.header.message_id)


def test_a_query_is_a_get_of_its_noun_in_the_request_area():
    made = Message.of(nouns.GetMeterReadings())

    assert (made.root, made.header.verb, made.header.noun) == (Root.request, "get", "MeterReadings")
    assert made.payload_area.in_request


def test_an_element_is_a_noun_and_one_that_begins_with_get_a_query():
    assert Message.of(Element("Widget", "u")).header.noun == "Widget"
    query = Message.of(Element("GetWidgets", "u"))
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


def test_a_query_is_never_compressed():
    assert not Message.of(nouns.GetMeterReadings(), compress=True).payload_area.packed
    assert Message.of(EVENTS, compress=True).payload_area.packed


@pytest.mark.parametrize(
    ("verb", "root"),
    [("get", Root.request), ("delete", Root.request), ("changed", Root.event), ("reply", Root.response)],
)
def test_the_verb_says_which_envelope_it_is(verb, root):
    assert Message(Header(verb=verb, noun="X")).root is root


# -- kind and topic ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (Message(Header(verb="created", noun="X"), root=Root.event), Kind.events),
        (Message(Header(verb="created", noun="X"), root=Root.request), Kind.requests),
        (Message(Header(verb="created", noun="X"), root=Root.response), Kind.replies),
        (Message(Header(verb="created", noun="X"), root=Root.fault), Kind.replies),
        (Message(Header(verb="created", noun="X"), root=Root.message), Kind.events),
        (Message(Header(verb="get", noun="X"), root=Root.message), Kind.requests),
        (
            Message(Header(verb="get", noun="X"), root=Root.message, reply=Reply(result=ResultKind.OK)),
            Kind.replies,
        ),
    ],
)
def test_the_kind_is_that_of_the_envelope_and_of_a_generic_message_that_of_its_verb(message, kind):
    assert message.kind is kind


def test_the_topic_is_made_of_context_kind_noun_and_verb():
    topic = request(context="TESTING").topic("key-1")

    assert (topic.context, topic.kind, topic.noun, topic.verb, topic.key) == (
        "testing",
        "requests",
        "EndDeviceEvents",
        "create",
        "key-1",
    )
    assert Message(Header(verb="reply", noun=""), root=Root.fault).topic().noun == "Unknown"


# -- replies ----------------------------------------------------------------------------------------------------------


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

    assert (answer.root, answer.header.verb, answer.header.noun) == (Root.response, "reply", "EndDeviceEvents")
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
    assert request().reply(EVENTS, compress=True).payload_area.packed
    assert not request().reply(nouns.GetMeterReadings()).payload_area.in_request


def test_a_fault_is_a_failed_reply_without_payload():
    fault = request().fault(Error(code="1.8"))

    assert (fault.root, fault.result, fault.kind, fault.payload) == (
        Root.fault,
        ResultKind.FAILED,
        Kind.replies,
        None,
    )
    read = cimbus.decode(cimbus.encode(fault), strict=True)
    assert (read.root, read.reply_area) == (Root.fault, fault.reply_area)


# -- events that a request caused -------------------------------------------------------------------------------------


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

    assert (caused.root, caused.header.verb, caused.header.noun) == (Root.event, past, "EndDeviceEvents")
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
    asked = Message(Header(verb="execute", noun="OperationSet"), payload=PayloadArea(operation_set=steps))

    assert asked.caused().payload == steps
    assert asked.caused().header.verb == "executed"


# -- values -----------------------------------------------------------------------------------------------------------


def test_replace_makes_another_message_and_changes_nothing():
    one = request()
    two = one.replace(source="X")

    assert (one.header.source, two.header.source) == (None, "X")
    assert one != two
    assert two.replace(source=None) == one
    assert two.payload is one.payload


def test_a_message_is_equal_by_value_and_cannot_be_hashed():
    assert request() == request()
    assert request() != "text"
    with pytest.raises(TypeError):
        hash(request())
    assert repr(request()) == "<RequestMessage create EndDeviceEvents m-1>"


# -- laziness ---------------------------------------------------------------------------------------------------------

BAD = b"<x xmlns='http://iec.ch/TC57/2011/EndDeviceEvents#'/>"


def lenient() -> Message:
    data = cimbus.encode(Message.of(EVENTS)).replace(b"EndDeviceEvents#", b"EndDeviceEvents-2#")
    return cimbus.decode(data)


def test_a_payload_is_decoded_once_when_it_is_first_looked_at(monkeypatch):
    from cimbus.codecs.xml import reader

    calls = []
    real = reader.read_payload
    monkeypatch.setattr(reader, "read_payload", lambda *args: calls.append(1) or real(*args))

    read = lenient()
    _ = read.header, read.result, read.kind, read.topic(), repr(read)
    assert calls == []
    copy = read.replace(source="X")
    _ = copy.payload, read.payload, copy.notes, read.notes, copy.payloads
    assert calls == [1]


def test_a_copy_has_the_notes_of_the_original_whichever_is_opened_first():
    for first in (0, 1):
        read = lenient()
        pair = (read, read.replace(source="X"), read.replace(source="Y").replace(source="Z"))
        _ = pair[first].payload
        assert len(read.notes) == 1
        assert [message.notes for message in pair] == [read.notes] * 3


def test_a_message_without_payload_has_none():
    made = Message.of(None, verb="delete", noun="X")

    assert (made.payload, made.payloads, made.notes, made.errors, made.result) == (None, (), (), (), None)
