"""Encodings and what they may hide; document type declarations are refused before they cost anything."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import CimbusError, UnsafeError, nouns
from interface.codecs.codec_samples import events, message
from interface.codecs.decoding import refused, survive


def first(read: cimbus.Message) -> nouns.EndDeviceEvent:
    return read.payload.EndDeviceEvent[0]


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


GOOD = message(events("a", "b"))


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + GOOD.replace(">HES<", ">&b;<")


EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + GOOD.replace(">HES<", ">&a;<")


@pytest.mark.parametrize("document", [LAUGHS, EXTERNAL], ids=["laughs", "external"])
@pytest.mark.parametrize(
    "hide",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32-be"),
        lambda text: f'<?xml version="1.0" encoding="latin-1"?>{text}'.encode(),
        lambda text: f"<!-- > <a> --><?p <a> ?>\n<!--> x -->{text}".encode(),
        lambda text: text,
        lambda text: "\n \t" + text.replace("<!DOCTYPE", "<!DOCTYPE"),
    ],
    ids=range(10),
)
def test_a_document_type_declaration_is_refused_wherever_it_hides(document, hide):
    data = hide(document)

    assert isinstance(refused(data), UnsafeError)
    with pytest.raises(UnsafeError):
        cimbus.decode_header(data)


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "cp500", "utf-16", "zlib", "rot13", "idna", "nonsense", "hex"])
def test_an_encoding_that_could_hide_something_is_refused(encoding):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    if encoding in ("utf-7", "cp037", "cp500"):
        body = LAUGHS.encode(encoding)
        assert isinstance(refused(declared + body), CimbusError)
        assert isinstance(refused(body), CimbusError)
    assert survive(declared + LAUGHS.encode()) is None


def test_an_undeclared_entity_is_refused():
    assert "well-formed" in str(refused(GOOD.replace(">HES<", ">&b;<")))


def test_a_doctype_later_in_the_document_is_refused():
    refused(GOOD + LAUGHS)
    refused(message(LAUGHS))


def test_text_with_lone_surrogates_is_refused():
    refused(GOOD.replace(">a<", ">\ud800<"))
    survive('{"EventMessage":{"Header":{"Verb":"created","Noun":"\ud800"}}}')
