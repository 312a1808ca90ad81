"""Encodings, comments, CDATA, per-noun roots, and the forms that the request and payload areas can have."""

from __future__ import annotations

import base64
import gzip

import pytest
from codec_samples import EVENTS, MESSAGE, READINGS, events, header, message

import cimbus
from cimbus import ID, Element, Message, Option, ResultKind, Root, nouns


def first(read: cimbus.Message) -> nouns.EndDeviceEvent:
    return read.payload.EndDeviceEvent[0]


def texts(read: cimbus.Message) -> str:
    return "\n".join(map(str, read.notes))


def strictly(document: str | bytes) -> cimbus.StrictError:
    with pytest.raises(cimbus.StrictError) as caught:
        _ = cimbus.decode(document, strict=True).notes
    return caught.value


# -- encodings --------------------------------------------------------------------------------------------------------

UMLAUT = message(events("Zähler €"))


@pytest.mark.parametrize(
    "data",
    [
        UMLAUT.encode(),
        b"\xef\xbb\xbf" + UMLAUT.encode(),
        UMLAUT.encode("utf-16"),
        b"\xff\xfe" + UMLAUT.encode("utf-16-le"),
        b"\xfe\xff" + UMLAUT.encode("utf-16-be"),
        UMLAUT.encode("utf-16-le"),
        UMLAUT.encode("utf-16-be"),
        UMLAUT.encode("utf-32"),
        f'<?xml version="1.0" encoding="UTF-16"?>{UMLAUT}'.encode("utf-16-be"),
        f'<?xml version="1.0" encoding="utf-16"?>{UMLAUT}'.encode(),
        f'\n<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n{UMLAUT}'.encode(),
        f'<?xml version="1.0" encoding="ISO-8859-15"?>{UMLAUT}'.encode("iso-8859-15"),
        f'<?xml version="1.0" encoding="windows-1252"?>{UMLAUT}'.encode("cp1252"),
        bytearray(UMLAUT.encode()),
        memoryview(UMLAUT.encode()),
        UMLAUT,
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{UMLAUT}',
        f'\ufeff<?xml version="1.0" encoding="UTF-16"?>{UMLAUT}',
    ],
    ids=range(18),
)
def test_every_encoding_gives_the_same_text(data):
    assert first(cimbus.decode(data, strict=True)).mRID == "Zähler €"
    assert cimbus.decode_header(data) == cimbus.decode(data).header


def test_iso_8859_1_is_read_as_declared():
    document = f'<?xml version="1.0" encoding="ISO-8859-1"?>{message(events("Zähler"))}'.encode("latin-1")

    assert first(cimbus.decode(document)).mRID == "Zähler"


# -- comments and CDATA -----------------------------------------------------------------------------------------------


def test_comments_and_instructions_may_stand_anywhere():
    document = message().replace("><", "><!-- <Header/> --><?pi x?><")

    read = cimbus.decode(f"<!-- before --><?style y?>{document}<!-- after -->", strict=True)
    assert first(read).mRID == "e1"
    assert read.header.verb == "created"


def test_a_comment_inside_a_value_does_not_cut_it():
    document = message().replace(">e1<", ">e<!-- x -->1<").replace(">created<", ">crea<!-- x -->ted<")

    read = cimbus.decode(document)
    assert (first(read).mRID, read.header.verb) == ("e1", "created")
    assert cimbus.decode_header(document).verb == "created"


def test_cdata_around_values_is_text():
    document = message().replace(">e1<", "><![CDATA[a<b>&]]><").replace(">HES<", "><![CDATA[HES]]><")

    read = cimbus.decode(document, strict=True)
    assert (first(read).mRID, read.header.source) == ("a<b>&", "HES")


@pytest.mark.parametrize(
    "inside",
    [
        f"<![CDATA[{events()}]]>",
        f'<![CDATA[  <?xml version="1.0" encoding="UTF-8"?>\n{events()}]]>',
        events().replace("<", "&lt;"),
    ],
)
def test_a_payload_that_is_text_is_read_as_the_xml_that_it_holds(inside):
    read = cimbus.decode(message(inside))

    assert first(read).mRID == "e1"
    assert "the payload is text that holds XML" in texts(read)
    assert strictly(message(inside)).path == "EventMessage/Payload"


def test_the_encoding_that_an_escaped_document_declares_is_not_its_own_any_more():
    inside = f'<![CDATA[<?xml version="1.0" encoding="ISO-8859-1"?>{events("Zähler")}]]>'

    assert first(cimbus.decode(message(inside))).mRID == "Zähler"


@pytest.mark.parametrize("inside", ["plain words", "&lt;broken", "&lt;a>&lt;/b>"])
def test_a_payload_of_mere_text_is_dropped_with_a_note(inside):
    read = cimbus.decode(message(inside))

    assert read.payload is None
    assert "text where a noun belongs is dropped" in texts(read)


# -- per-noun roots ---------------------------------------------------------------------------------------------------

ROOTS = [
    ("CreateX", Root.request, "create", "X"),
    ("ChangeX", Root.request, "change", "X"),
    ("CancelX", Root.request, "cancel", "X"),
    ("CreatedX", Root.event, "created", "X"),
    ("CancelledX", Root.event, "canceled", "X"),
    ("ClosedX", Root.event, "closed", "X"),
    ("XResponseMessage", Root.response, "reply", "X"),
    ("GetXRequestMessage", Root.request, "get", "X"),
    ("GetXResponseMessage", Root.response, "reply", "X"),
    ("ExecuteXOperationSet", Root.request, "execute", "OperationSet"),
    ("ExecutedXOperationSet", Root.event, "executed", "OperationSet"),
]


@pytest.mark.parametrize(("name", "root", "verb", "noun"), ROOTS, ids=[row[0] for row in ROOTS])
def test_a_per_noun_root_says_verb_and_noun(name, root, verb, noun):
    reply = "<m:Reply><Result>OK</Result></m:Reply>" if root is Root.response else ""
    document = (
        f'<m:{name} xmlns:m="urn:x/XMessage" xmlns="{MESSAGE}"><m:Header><Verb>{verb}</Verb></m:Header>{reply}</m:{name}>'
    )

    read = cimbus.decode(document)
    assert (read.root, read.header.verb, read.header.noun) == (root, verb, noun)


def test_a_per_noun_fault_names_its_noun():
    document = (
        f'<m:XFaultMessage xmlns:m="urn:x/XMessage" xmlns="{MESSAGE}">'
        "<m:Reply><Result>FAILED</Result></m:Reply></m:XFaultMessage>"
    )

    read = cimbus.decode(document)
    assert (read.root, read.header.noun, read.result) == (Root.fault, "X", ResultKind.FAILED)


def test_a_verb_that_does_not_agree_with_the_root_is_noted():
    document = f'<m:CreatedX xmlns:m="urn:x/XMessage" xmlns="{MESSAGE}"><m:Header><Verb>create</Verb><Noun>X</Noun></m:Header></m:CreatedX>'

    assert "verb 'create' in a <CreatedX>" in texts(cimbus.decode(document))
    assert strictly(document).path == "CreatedX/Header"


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (Message.of(nouns.EndDeviceEvents(), verb="created"), b"CreatedEndDeviceEvents"),
        (Message.of(nouns.EndDeviceEvents(), verb="change"), b"ChangeEndDeviceEvents"),
        (Message.of(nouns.GetMeterReadings()), b"GetMeterReadingsRequestMessage"),
        (Message.of(nouns.GetMeterReadings()).reply(nouns.MeterReadings()), b"MeterReadingsResponseMessage"),
        (Message.of(nouns.GetMeterReadings()).fault(), b"MeterReadingsFaultMessage"),
    ],
)
def test_per_noun_roots_are_written_and_read_back(made, name):
    data = cimbus.encode(made, per_noun=True)

    assert b"<m:" + name in data
    read = cimbus.decode(data, strict=True)
    assert (read.root, read.payload, read.reply_area) == (made.root, made.payload, made.reply_area)


@pytest.mark.parametrize("noun", ["service order", "", "a><b", "1x", "a:b"])
def test_a_noun_that_is_no_name_has_no_per_noun_root(noun):
    made = Message(cimbus.Header(verb="created", noun=noun), payload=cimbus.PayloadArea(items=(Element("X", "u"),)))

    with pytest.raises(cimbus.EncodeError, match="per-noun"):
        cimbus.encode(made, per_noun=True)
    assert cimbus.decode(cimbus.encode(made)).payload == Element("X", "u")


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
    assert area.ids == (ID(value="a-1", id_type="mRID", id_authority="DSO", kind="uuid", object_type="Meter"), ID(value="a-2"))


def test_a_query_in_the_wildcard_is_the_payload():
    query = (
        '<GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#"><EndDevice><mRID>m</mRID></EndDevice></GetMeterReadings>'
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
        '<noun>Widget</noun><verb>delete</verb><elementOperation>true</elementOperation><Widget xmlns="urn:w"/></Operation></OperationSet>'
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
