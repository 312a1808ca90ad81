"""Encodings, comments, CDATA, per-noun roots, and the forms that the request and payload areas can have."""

from __future__ import annotations

import pytest
from codec_samples import MESSAGE, events, message

import cimbus
from cimbus import Element, Message, ResultKind, Root, nouns


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


def per_noun(name: str, inner: str) -> str:
    return f'<m:{name} xmlns:m="urn:x/XMessage" xmlns="{MESSAGE}">{inner}</m:{name}>'


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
    document = per_noun(name, f"<m:Header><Verb>{verb}</Verb></m:Header>{reply}")

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
    document = per_noun("CreatedX", "<m:Header><Verb>create</Verb><Noun>X</Noun></m:Header>")

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


@pytest.mark.parametrize("noun", ["service order", "", "a><b", "1x", "a:b", "Zähler"])
def test_a_noun_that_is_no_name_has_no_per_noun_root(noun):
    made = Message(cimbus.Header(verb="created", noun=noun), payload=cimbus.PayloadArea(items=(Element("X", "u"),)))

    with pytest.raises(cimbus.EncodeError, match="per-noun"):
        cimbus.encode(made, per_noun=True)
    assert cimbus.decode(cimbus.encode(made)).payload == Element("X", "u")


# -- an envelope inside a text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrapped",
    [
        "<data><body>{}</body></data>".format(UMLAUT.replace("&", "&amp;").replace("<", "&lt;")),
        f'<data><other>&lt;Header&gt;</other><body><![CDATA[<?xml version="1.0"?>{UMLAUT}]]></body></data>',
    ],
)
def test_an_envelope_inside_a_text_is_read_and_noted(wrapped: str) -> None:
    read = cimbus.decode(wrapped)

    assert read.header == cimbus.decode(UMLAUT).header == cimbus.decode_header(wrapped)
    assert "inside a text" in texts(read)
    assert "inside a text" in str(strictly(wrapped))


def test_an_envelope_inside_a_text_may_not_smuggle_a_doctype() -> None:
    inside = f"<!DOCTYPE x>{UMLAUT}".replace("<", "&lt;")

    with pytest.raises(cimbus.UnsafeError):
        cimbus.decode(f"<data>{inside}</data>")
