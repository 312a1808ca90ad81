"""The forms that the request and payload areas can have."""

from __future__ import annotations

import base64
import gzip

import pytest
from codec_samples import EVENTS, MESSAGE, READINGS, events, header, message

import cimbus
from cimbus import ID, Element, Message, Option, nouns


def first(read: cimbus.Message) -> nouns.EndDeviceEvent:
    return read.payload.EndDeviceEvent[0]


def texts(read: cimbus.Message) -> str:
    return "\n".join(map(str, read.notes))


# -- requests ---------------------------------------------------------------------------------------------------------

REQUEST = (
    "<Request><StartTime>2026-03-01T00:00:00Z</StartTime><EndTime>2026-03-02T00:00:00+01:00</EndTime>"
    "<Option><name>limit</name><value>5</value></Option><Option><name>all</name></Option>"
    '<ID idType="mRID" idAuthority="DSO" kind="uuid" objectType="Meter">a-1</ID><ID>a-2</ID>{query}</Request>'
)


def test_a_request_area_has_times_options_and_ids_with_attributes():
    document = message("", root="RequestMessage", head=header("get"), middle=REQUEST.format(query=""))
    area = cimbus.decode(document, strict=True).request_area

    assert area.start_time.isoformat() == "2026-03-01T00:00:00+00:00"
    assert area.end_time.isoformat() == "2026-03-02T00:00:00+01:00"
    assert area.options == (Option(name="limit", value="5"), Option(name="all"))
    assert (area.option("limit"), area.option("none", "x")) == ("5", "x")
    assert area.ids == (
        ID(value="a-1", id_type="mRID", id_authority="DSO", kind="uuid", object_type="Meter"),
        ID(value="a-2"),
    )


def test_a_query_in_the_wildcard_is_the_payload():
    query = (
        '<GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#">'
        "<EndDevice><mRID>m</mRID></EndDevice></GetMeterReadings>"
    )
    head = header("get", "MeterReadings")
    document = message("", root="RequestMessage", head=head, middle=REQUEST.format(query=query))

    read = cimbus.decode(document, strict=True)
    assert read.payload == nouns.GetMeterReadings(EndDevice=[nouns.IdentifiedObject(mRID="m")])
    assert read.request_area.ids[1].value == "a-2"
    assert read.request_area.foreign is None
    assert cimbus.decode(cimbus.encode(read)) == read
    assert cimbus.decode(cimbus.encode(read, "json")) == read


def test_an_unknown_query_is_an_element():
    query = '<GetWidgets xmlns="urn:w"><n>1</n></GetWidgets>'
    document = message("", root="RequestMessage", head=header("get", "Widgets"), middle=f"<Request>{query}</Request>")

    read = cimbus.decode(document)
    assert (read.payload.name, read.payload.value("n"), read.request_area) == ("GetWidgets", "1", None)


# -- the payload area -------------------------------------------------------------------------------------------------


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode())).decode()


@pytest.mark.parametrize("form", ["", "<Format>XML</Format>"])
def test_a_compressed_noun_is_opened(form):
    document = message(f"<Compressed>{packed(events())}</Compressed>{form}")

    read = cimbus.decode(document, strict=True)
    assert first(read).mRID == "e1"
    assert read.payload_area.packed
    for data in (cimbus.encode(read), cimbus.encode(read, "json")):
        assert b"<EndDeviceEvent>" not in data
        assert cimbus.decode(data) == read


@pytest.mark.parametrize("inside", ["!!!", "aGVsbG8=", "", packed("x")[:20], packed("no xml")])
def test_what_cannot_be_opened_stays_as_it_is(inside):
    read = cimbus.decode(message(f"<Compressed>{inside}</Compressed>"))

    assert (read.payload, read.payload_area.compressed) == (None, inside)
    assert "kept as it is" in texts(read)


def test_another_format_is_not_looked_into():
    area = cimbus.decode(message("<Compressed>JVBERg==</Compressed><Format>PDF</Format>"), strict=True).payload_area

    assert (area.compressed, area.format) == ("JVBERg==", "PDF")


def test_several_nouns_cannot_be_compressed_together():
    area = cimbus.PayloadArea(items=(Element("X", "u"), Element("X", "u")), packed=True)
    made = Message(cimbus.Header(verb="created", noun="X"), payload=area)

    for form in ("xml", "json"):
        with pytest.raises(cimbus.EncodeError, match="one document"):
            cimbus.encode(made, form)


def test_an_operation_set_has_typed_operations():
    operations = (
        "<OperationSet><enforceMsgSequence>true</enforceMsgSequence><Operation><operationId>1</operationId>"
        f"<noun>EndDeviceEvents</noun><verb>create</verb>{events('o1')}</Operation><Operation><operationId>2</operationId>"
        "<noun>Widget</noun><verb>delete</verb><elementOperation>true</elementOperation>"
        '<Widget xmlns="urn:w"/></Operation></OperationSet>'
    )
    read = cimbus.decode(
        message(operations, root="RequestMessage", head=header("execute", "OperationSet")), strict=True
    )

    made = read.payload
    assert (made.enforce_msg_sequence, made.enforce_transactional_integrity) == (True, None)
    one, two = made.operations
    assert (one.operation_id, one.verb, one.payload.EndDeviceEvent[0].mRID) == (1, "create", "o1")
    assert (two.element_operation, two.payload) == (True, Element("Widget", "urn:w"))
    for data in (cimbus.encode(read), cimbus.encode(read, "json")):
        assert cimbus.decode(data) == read


def test_ids_alone_are_a_payload():
    area = cimbus.decode(message('<ID kind="name">a</ID><ID>b</ID>'), strict=True).payload_area

    assert area.ids == (ID(value="a", kind="name"), ID(value="b"))


def test_the_namespaces_of_the_standard_are_those_written():
    data = cimbus.encode(Message.of(nouns.MeterReadings()))

    assert f'xmlns="{READINGS}"'.encode() in data
    assert f'xmlns="{MESSAGE}"'.encode() in data
    assert EVENTS.encode() not in data
