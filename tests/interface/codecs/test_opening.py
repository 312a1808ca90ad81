"""Gzip around a document."""

from __future__ import annotations

import gzip

import pytest

import cimbus
from cimbus import Limits
from cimbus.interface.codecs import rewrite_header
from cimbus.interface.codecs.opening import opened

from .codec_samples import message

PACKED = gzip.compress(message().encode(), mtime=0)


@pytest.mark.parametrize("data", [PACKED, gzip.compress(cimbus.encode(cimbus.decode(message()), "json"))])
def test_a_message_in_gzip_is_read_by_every_reader(data):
    read = cimbus.decode(data, strict=True)

    assert read.payload.EndDeviceEvent[0].mRID == "e1"
    assert read.notes[0].text == "the document was in gzip"
    assert cimbus.decode_header(data) == read.header
    assert cimbus.decode_header(rewrite_header(data, source="new")).source == "new"


def test_what_it_inflates_to_is_bounded():
    with pytest.raises(cimbus.UnsafeError, match="max_bytes"):
        cimbus.decode(gzip.compress(b" " * 100_000 + message().encode()), limits=Limits(max_bytes=50_000))


@pytest.mark.parametrize("data", [PACKED[:-10], PACKED[:12], b"\x1f\x8b", b"\x1f\x8bnothing"])
def test_what_is_no_gzip_is_refused(data):
    for read in (cimbus.decode, cimbus.decode_header):
        with pytest.raises(cimbus.DecodeError):
            read(data)


DOCUMENT = "<EventMessage><Header><Verb>created</Verb><Noun>X</Noun></Header></EventMessage>"
JSON = '{"EventMessage": {"Header": {"Verb": "created", "Noun": "X"}}}'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("count", [1, 3])
def test_nuls_behind_a_document_are_left_out_in_any_encoding(encoding, count):
    data = DOCUMENT.encode(encoding)

    assert opened(data, Limits()) == (data, ())
    unit = {"utf-8": 1, "utf-32-le": 4, "utf-32-be": 4}.get(encoding, 2)
    stripped, notes = opened(data + b"\0" * unit * count, Limits())
    assert stripped == data
    assert [note.text for note in notes] == ["NUL octets behind the document: left out"]


@pytest.mark.parametrize("document", [DOCUMENT, JSON, f"[{JSON}]"])
def test_nuls_before_a_document_are_left_out(document):
    data = b"\0\0\0" + document.encode()

    read = cimbus.decode(data)
    assert read.header == cimbus.decode_header(data) == cimbus.decode(document).header
    assert "NUL octets before the document: left out" in [note.text for note in read.notes]
    with pytest.raises(cimbus.StrictError):
        cimbus.decode(data, strict=True)
