"""Nothing is lost without a word: what a class has no place for is kept and written back, or noted, in both formats."""

from __future__ import annotations

import json

import pytest
from lxml import etree

import cimbus
from cimbus import XmlElement

from .codec_samples import EVENTS, MESSAGE, READINGS, events, header, message, soap

REPLY = "<Reply><Result>FAILED</Result>{}</Reply>"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def request(inside: str, head: str = "") -> str:
    return message("", root="RequestMessage", head=head or header("get"), middle=f"<Request>{inside}</Request>")


def response(inside: str) -> str:
    return message("", root="ResponseMessage", head=header("reply"), middle=REPLY.format(inside))


SHORTCOMINGS = {
    "text for a structure in the header": message(head=header(extra="").replace("<Source>", "<User>jdoe</User><Source>")),  # noqa: E501
    "text for an option": request("<Option>11204</Option>"),
    "text for a property": message(head=header(extra="<Property>p=1</Property>")),
    "text for a location": response("<Error><code>2.4</code><Location>here</Location></Error>"),
    "text for an object": response("<Error><code>2.4</code><object>meter-7</object></Error>"),
    "text in a payload": message(events().replace("<Assets>", "<Assets>11204").replace("<EndDeviceEvents ", "<EndDeviceEvents ")),  # noqa: E501
    "text before an area": message().replace("<Header>", "words<Header>"),
    "text in an area": message().replace("<Verb>", "words<Verb>"),
    "text before a noun": message(f"words{events()}"),
    "an attribute of the root": message().replace("<EventMessage ", '<EventMessage colour="red" '),
    "an attribute of an area": message().replace("<Payload>", '<Payload colour="red">'),
    "an attribute of a format": message('<ID>1</ID><Format a="b">XML</Format>'),
    "an error without code": response("<Error><reason>no crew</reason></Error>"),
    "an error with nothing": response("<Error/>"),
    "no result": response("").replace("<Result>FAILED</Result>", ""),
    "an event without its parts": message(events().replace('<EndDeviceEventType ref="3.26.9.185"/>', "")),
    "a time that is none": message(events().replace("2026-03-01T12:00:00Z", "soon")),
    "a nonce without a time": message(
        head=header().replace("<Source>", "<ReplayDetection><Nonce>n</Nonce><Created>today</Created></ReplayDetection><Source>")  # noqa: E501
    ),
    "a child twice": message(events().replace("<mRID>e1</mRID>", "<mRID>e1</mRID><mRID>e2</mRID>")),
    "an area twice": message().replace("</EventMessage>", "<Payload><x xmlns=''/></Payload></EventMessage>"),
    "elements after the payload": message().replace("</EventMessage>", '<v:T xmlns:v="urn:v">7</v:T><Extra/></EventMessage>'),  # noqa: E501
    "a flag before the noun of an operation": message(
        "<OperationSet><Operation><operationId>1</operationId><noun>CrewRoster</noun><urgent>true</urgent>"
        '<CrewRoster xmlns="urn:crews"><mRID>c</mRID></CrewRoster></Operation></OperationSet>',
        root="RequestMessage",
        head=header("execute", "OperationSet"),
    ),
    "a type with a prefix": message(events().replace("<Assets>", f'<Assets xmlns:i="{XSI}" xmlns:u="urn:u" i:type="u:Own">')),  # noqa: E501
    "a value with a prefix": message(events().replace("<mRID>e1", '<mRID xmlns:u="urn:u" v="u:Own">e1')),
    "vendor elements between": message(events().replace("<Assets>", '<v:a xmlns:v="urn:v"/><v:b xmlns:v="urn:v"/><Assets>')),  # noqa: E501
    "children in another order": message(
        f'<MeterReadings xmlns="{READINGS}"><MeterReading><Readings><value>1</value><timeStamp>2026-03-01T12:00:00Z'
        "</timeStamp><ReadingType ref='0.0'/></Readings><Meter><Names><name>a</name></Names><mRID>1</mRID><Names>"
        "<name>b</name></Names></Meter></MeterReading></MeterReadings>"
    ),
    "a boolean as a digit": message(
        '<EndDeviceControls xmlns="http://iec.ch/TC57/2011/EndDeviceControls#"><EndDeviceControl><drProgramMandatory>1'
        '</drProgramMandatory><EndDeviceControlType ref="3.31.0.23"/></EndDeviceControl></EndDeviceControls>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHORTCOMINGS)
@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_message_with_shortcomings_is_written_as_it_was_read(name, form):
    read = cimbus.decode(SHORTCOMINGS[name])

    again = cimbus.decode(cimbus.encode(read, form))
    assert again == read
    assert form == "json" or cimbus.encode(again) == cimbus.encode(read)


@pytest.mark.parametrize("name", SHORTCOMINGS)
def test_every_text_and_name_of_it_is_written_back(name):
    document = etree.fromstring(SHORTCOMINGS[name])
    written = etree.fromstring(cimbus.encode(cimbus.decode(SHORTCOMINGS[name])))

    def said(root: etree._Element) -> list[str]:
        texts = [text.strip() for text in root.itertext() if text.strip()]
        return sorted([*texts, *(f"{node.tag}{dict(node.attrib)}" for node in root.iter())])

    def order(root: etree._Element) -> list[str]:
        payload = root.find("{*}Payload")
        return [] if payload is None else [f"{node.tag} {node.text}" for node in payload.iter()]

    assert said(written) == said(document)
    assert order(written) == order(document)


@pytest.mark.parametrize("name", [name for name in SHORTCOMINGS if name != "a boolean as a digit"])
def test_it_is_refused_when_strict_and_when_written_strictly(name):
    with pytest.raises(cimbus.StrictError):
        cimbus.decode(SHORTCOMINGS[name], strict=True)
    with pytest.raises(cimbus.EncodeError):
        cimbus.encode(cimbus.decode(SHORTCOMINGS[name]), strict=True)


@pytest.mark.parametrize("name", [name for name in SHORTCOMINGS if name != "a boolean as a digit"])
def test_it_is_noted(name):
    assert cimbus.decode(SHORTCOMINGS[name]).notes


TAILS = {
    "behind a field": message().replace("</Verb>", "</Verb>words"),
    "behind an area": message().replace("</Header>", "</Header>words"),
    "behind a noun": message(f"{events()}words"),
    "behind a child of a noun": message(events().replace("</mRID>", "</mRID>words", 1)),
    "behind a leaf without content": message(events().replace("</EndDeviceEvent>", "words</EndDeviceEvent>")),
    "behind a child in lines": message(events().replace("><", ">\n<").replace("</mRID>", "</mRID>words", 1)),
    "behind a comment": message(events().replace("</mRID>", "</mRID><!-- c -->words", 1)),
    "in a CDATA section": message(events().replace("</mRID>", "</mRID><![CDATA[words]]>", 1)),
}


@pytest.mark.parametrize("name", TAILS)
def test_text_behind_an_element_is_noted_and_refused_when_strict(name):
    assert any("words" in note.text for note in cimbus.decode(TAILS[name]).notes)
    with pytest.raises(cimbus.StrictError):
        cimbus.decode(TAILS[name], strict=True)


BESIDE = {
    "an element in a SOAP body": soap(f"{message()}<x:note xmlns:x='urn:x'>why</x:note>"),
    "an element before it": soap(f"<x:note xmlns:x='urn:x'>why</x:note>{message()}"),
    "text in a SOAP body": soap(f"{message()}words"),
    "text in a wrapper": f"<w>words{message()}</w>",
    "an element in a wrapper of a wrapper": f"<w><i>7</i><x>{message()}</x></w>",
    "another message": soap(message() + message()),
    "a message of another kind": soap(message() + response("")),
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_the_message_is_noted_and_refused_when_strict(name):
    read = cimbus.decode(BESIDE[name])

    assert read.header.message_id == "m-1"
    assert any("not read" in note.text for note in read.notes)
    with pytest.raises(cimbus.StrictError):
        cimbus.decode(BESIDE[name], strict=True)


ARRAYS = [
    "<Error><ErrorType><code>5.5</code></ErrorType><ErrorType><code>5.6</code></ErrorType></Error>",
    "<Error><Error><code>5.5</code></Error><Error><code>5.6</code></Error></Error>",
    f'<Error xmlns:i="{XSI}" i:type="ArrayOfErrorType"><ErrorType><code>5.5</code></ErrorType></Error><Error><code>5.6</code></Error>',  # noqa: E501
    "<Error>5.5 no such</Error><Error><ErrorType><code>5.6</code></ErrorType></Error>",
]


@pytest.mark.parametrize("errors", ARRAYS)
def test_an_array_of_a_serializer_is_several(errors):
    read = cimbus.decode(response(errors))

    assert [error.code for error in read.errors] == ["5.5", "5.6"]
    assert any("array" in note.text for note in read.notes)


def test_arrays_of_options_ids_and_properties_are_several():
    options = "<Option><OptionType><name>a</name></OptionType><OptionType><name>b</name></OptionType></Option>"
    read = cimbus.decode(request(f"{options}<ID><ID>1</ID><ID>2</ID></ID>"))
    named = cimbus.decode(message(head=header(extra="<Property><Property><Name>a</Name></Property></Property>")))

    assert [option.name for option in read.request_area.options] == ["a", "b"]
    assert [each.value for each in read.request_area.ids] == ["1", "2"]
    assert named.header.property("a", "none") is None


CODES = [
    ("0.0", "OK", ["0.0"]),
    ("0.1", "OK", ["0.1"]),
    ("2.4", "FAILED", ["2.4"]),
    ("OK", "OK", []),
    ("ERROR", "ERROR", []),
]


@pytest.mark.parametrize(("code", "result", "errors"), CODES)
def test_a_reply_code_is_a_result_or_an_error(code, result, errors):
    read = cimbus.decode(response("").replace("<Result>FAILED</Result>", f"<ReplyCode>{code}</ReplyCode>"))

    assert (read.result, [error.code for error in read.errors]) == (result, errors)


def test_a_reply_code_beside_a_result_is_the_code_of_an_error():
    read = cimbus.decode(response("<ReplyCode>2.4</ReplyCode>"))

    assert (read.result, [error.code for error in read.errors]) == ("FAILED", ["2.4"])


SPELLED = [
    "2026-03-01T12:00:00.000Z",
    "2026-03-01T12:00:00.1234567Z",
    "2026-03-01T12:00:00+00:00",
    "2026-03-01T12:00:00",
]


@pytest.mark.parametrize("text", SPELLED)
def test_times_of_a_payload_are_written_as_they_were(text):
    document = message(events().replace("2026-03-01T12:00:00Z", text))

    read = cimbus.decode(document, strict=True)
    assert text.encode() in cimbus.encode(read)
    assert cimbus.decode(cimbus.encode(read, "json")) == read
    if text[-1] == "0" and "+" not in text:
        assert f'"{text}"'.encode() in cimbus.encode(read, "json")


VALUES = [("+7.50", "7.50"), (".5", "0.5"), ("007", "7"), ("1,5", "1.5"), ("1E3", "1000")]


@pytest.mark.parametrize(("text", "number"), VALUES)
def test_numbers_of_a_payload_are_written_as_they_were_until_they_change(text, number):
    inside = f"<MeterReading><Readings><value>{text}</value><ReadingType ref='0.0'/></Readings></MeterReading>"
    read = cimbus.decode(message(f'<MeterReadings xmlns="{READINGS}">{inside}</MeterReadings>'))
    reading = read.payload.MeterReading[0].Readings[0]

    assert f"<value>{text}</value>".encode() in cimbus.encode(read)
    changed = cimbus.nouns.Reading(
        value=reading.value + 1, ReadingType=reading.ReadingType, extensions=reading.extensions
    )
    payload = cimbus.nouns.MeterReadings(MeterReading=[cimbus.nouns.MeterReading(Readings=[changed])])
    assert f"<value>{text}<".encode() not in cimbus.encode(cimbus.Message.of(payload))
    assert float(reading.value) == float(number)


def test_what_is_unknown_stays_in_order_through_json():
    inside = "".join(f'<v:{name} xmlns:v="urn:v">ü</v:{name}>' for name in ("first", "second", "third"))
    query = f'<GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#"><EndDevice><mRID>1</mRID></EndDevice>{inside}</GetMeterReadings>'
    read = cimbus.decode(request(query))

    for data in (cimbus.encode(read, "json"), json.dumps(json.loads(cimbus.encode(read, "json"))).encode()):
        kept = cimbus.decode(data).payload.extensions.elements
        assert [each.element.name for each in kept] == ["first", "second", "third"]


def test_an_untyped_noun_with_a_known_name_stays_untyped_through_json():
    read = cimbus.decode(message(f'<EndDeviceEvents xmlns="{EVENTS}"><Row>1</Row></EndDeviceEvents>'))

    assert isinstance(read.payload, XmlElement)
    assert cimbus.decode(cimbus.encode(read, "json")) == read


def test_nuls_behind_a_document_are_noted_and_refused_when_strict():
    for data in (
        message().encode() + b"\0\0",
        message().encode() + b"\0\n",
        cimbus.encode(cimbus.decode(message()), "json") + b"\0",
    ):
        read = cimbus.decode(data)
        assert read.header.message_id == cimbus.decode_header(data).message_id == "m-1"
        assert any("NUL" in note.text for note in read.notes)
        with pytest.raises(cimbus.StrictError):
            cimbus.decode(data, strict=True)


def test_the_namespace_of_an_envelope_is_no_part_of_its_texts():
    assert cimbus.decode(message(), strict=True).extensions is None
    assert MESSAGE.encode() in cimbus.encode(cimbus.decode(message()))
