"""The names of envelopes: what a per-noun root says, and how it is written."""

from __future__ import annotations

import json

import pytest

import cimbus
from cimbus import Message, MessageType, ResultKind, XmlElement, nouns
from cimbus.interface.codecs.xml.roots import parse_root
from interface.codecs.codec_samples import MESSAGE


def texts(read: cimbus.Message) -> str:
    return "\n".join(map(str, read.notes))


def strictly(document: str | bytes) -> cimbus.StrictError:
    with pytest.raises(cimbus.StrictError) as caught:
        _ = cimbus.decode(document, strict=True).notes
    return caught.value


def per_noun(name: str, inner: str) -> str:
    return f'<m:{name} xmlns:m="urn:x/XMessage" xmlns="{MESSAGE}">{inner}</m:{name}>'


ROOTS = [
    ("CreateX", MessageType.request, "create", "X"),
    ("ChangeX", MessageType.request, "change", "X"),
    ("CancelX", MessageType.request, "cancel", "X"),
    ("CreatedX", MessageType.event, "created", "X"),
    ("CancelledX", MessageType.event, "canceled", "X"),
    ("ClosedX", MessageType.event, "closed", "X"),
    ("XResponseMessage", MessageType.response, "reply", "X"),
    ("GetXRequestMessage", MessageType.request, "get", "X"),
    ("GetXResponseMessage", MessageType.response, "reply", "X"),
    ("ExecuteXOperationSet", MessageType.request, "execute", "OperationSet"),
    ("ExecutedXOperationSet", MessageType.event, "executed", "OperationSet"),
]


@pytest.mark.parametrize(("name", "root", "verb", "noun"), ROOTS, ids=[row[0] for row in ROOTS])
def test_a_per_noun_root_says_verb_and_noun(name, root, verb, noun):
    reply = "<m:Reply><Result>OK</Result></m:Reply>" if root is MessageType.response else ""
    document = per_noun(name, f"<m:Header><Verb>{verb}</Verb></m:Header>{reply}")

    read = cimbus.decode(document)
    assert (read.message_type, read.header.verb, read.header.noun) == (root, verb, noun)


def test_a_per_noun_fault_names_its_noun():
    document = (
        f'<m:XFaultMessage xmlns:m="urn:x/XMessage" xmlns="{MESSAGE}">'
        "<m:Reply><Result>FAILED</Result></m:Reply></m:XFaultMessage>"
    )

    read = cimbus.decode(document)
    assert (read.message_type, read.header.noun, read.result) == (MessageType.fault, "X", ResultKind.FAILED)


def test_a_verb_that_does_not_agree_with_the_root_is_noted():
    document = per_noun("CreatedX", "<m:Header><Verb>create</Verb><Noun>X</Noun></m:Header>")

    read = cimbus.decode(document, strict=True)  # the schema allows every verb in every root
    assert "verb 'create' in a <CreatedX>" in "".join(map(str, read.advice))
    with pytest.raises(cimbus.StrictError) as caught:
        cimbus.decode(document, strict="conformance")
    assert caught.value.path == "CreatedX/Header"


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
    assert (read.message_type, read.payload, read.reply_area) == (made.message_type, made.payload, made.reply_area)


@pytest.mark.parametrize("noun", ["service order", "", "a><b", "1x", "a:b", "Zähler"])
def test_a_noun_that_is_no_name_has_no_per_noun_root(noun):
    made = Message(cimbus.Header(verb="created", noun=noun), payload=cimbus.Payload(items=(XmlElement("X", "u"),)))

    with pytest.raises(cimbus.EncodeError, match="per-noun"):
        cimbus.encode(made, per_noun=True)
    assert cimbus.decode(cimbus.encode(made)).payload == XmlElement("X", "u")


OWN = "urn:x/XMessage"
SOAP_URI = "http://schemas.xmlsoap.org/soap/envelope/"
GUESSES = [
    # root's name, its namespace, areas behind the header, verb, what it is
    ("CreateX", "urn:service", "<Payload><X xmlns='u'/></Payload>", "created", MessageType.event),
    ("CreateX", OWN, "<Payload><X xmlns='u'/></Payload>", "created", MessageType.request),
    ("GetXCallback", "urn:service", "<Payload><X xmlns='u'/></Payload>", "changed", MessageType.event),
    ("GetXCallback", "urn:service", "", "updated", MessageType.event),
    ("GetXResponse", "urn:service", "<Payload><X xmlns='u'/></Payload>", " Created ", MessageType.event),
    ("CreatedXQuery", "urn:service", "<Request><ID>1</ID></Request>", "create", MessageType.request),
    ("CreatedXQuery", "urn:service", "", "get", MessageType.request),
    ("ChangedX", OWN, "<Request><ID>1</ID></Request>", "change", MessageType.event),
    ("CreatedXUpload", "urn:service", "<Payload><X xmlns='u'/></Payload>", "create", MessageType.event),
    ("CreateX", "urn:service", "<Payload><X xmlns='u'/></Payload>", "publish", MessageType.request),
    ("CreatedX", "urn:service", "<Reply><Result>OK</Result></Reply>", "created", MessageType.response),
    ("CreatedX", "urn:service", "<Payload><X xmlns='u'/></Payload>", "SHOW", MessageType.response),
    ("ClosedX", "urn:service", "<Request><ID>1</ID></Request>", "", MessageType.event),
    ("XRequestMessage", "urn:service", "<Payload><X xmlns='u'/></Payload>", "created", MessageType.request),
]


AREAS = {
    "": {},
    "<Payload><X xmlns='u'/></Payload>": {"Payload": {"X": {}}},
    "<Request><ID>1</ID></Request>": {"Request": {"ID": "1"}},
    "<Reply><Result>OK</Result></Reply>": {"Reply": {"Result": "OK"}},
}


def assert_settled(document: str, name: str, kind: MessageType) -> None:
    read, guess = cimbus.decode(document), parse_root(name)

    assert read.message_type is kind
    assert cimbus.decode_header(document) == read.header
    assert guess is not None
    assert ("its name says another" in texts(read)) is (guess.message_type is not kind)
    assert cimbus.decode(cimbus.encode(read)) == read
    assert cimbus.decode(cimbus.encode(read, "json")) == read


@pytest.mark.parametrize(("name", "uri", "areas", "verb", "kind"), GUESSES)
def test_areas_and_verb_outweigh_a_guess_from_the_roots_name(name, uri, areas, verb, kind):
    verbs = f"<Verb>{verb}</Verb>" if verb else ""
    document = f"<{name} xmlns='{uri}'><Header>{verbs}<Noun>X</Noun></Header>{areas}</{name}>"

    assert_settled(document, name, kind)
    assert_settled(f"<s:E xmlns:s='{SOAP_URI}'><s:Body>{document}</s:Body></s:E>", name, kind)


@pytest.mark.parametrize(
    ("name", "areas", "verb", "kind"), [(name, *rest) for name, uri, *rest in GUESSES if uri != OWN]
)
def test_they_do_in_json(name, areas, verb, kind):
    header = {"Verb": verb, "Noun": "X"} if verb else {"Noun": "X"}

    assert_settled(json.dumps({name: {"Header": header, **AREAS[areas]}}), name, kind)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("XEventMessageType", MessageType.event),
        ("XRequestMessageType", MessageType.request),
        ("GetXRequestMessageType", MessageType.request),
        ("GetXResponseMessageType", MessageType.response),
        ("XFaultMessageType", MessageType.fault),
        ("MessageType", MessageType.message),
        ("eventMessageType", MessageType.event),
    ],
)
def test_a_root_may_be_called_as_its_type_is(name, kind):
    found = parse_root(name)

    assert found is not None
    assert found.message_type is kind
    assert found.noun in ("X", "")
