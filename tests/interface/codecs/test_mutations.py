"""Random damage to good messages: refused with a ``DecodeError``, or read into something that can be handled."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cimbus
from cimbus import nouns
from interface.codecs.codec_samples import DIALECTS, header, message

MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
REPLY = message(
    root="ResponseMessage",
    head=header("reply"),
    middle='<Reply><Result>OK</Result><Error><code>0.0</code></Error><ID kind="uuid">1</ID></Reply>',
)
QUERY = cimbus.encode(cimbus.Message.of(nouns.GetMeterReadings(EndDevice=[nouns.IdentifiedObject(mRID="m")])))
XML = [dialect.document.encode() for dialect in DIALECTS.values()] + [REPLY.encode(), QUERY]
JSON = [cimbus.encode(cimbus.decode(data), "json") for data in XML]
PIECES = [b"<", b">", b"/>", b"</", b"<a>", b"]]>", b"<![CDATA[", b"<!--", b"&lt;", b"&#0;", b"\0", b"\xff", b"=", b'"']
PIECES += [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"null",
    b"1e999",
    b'"#text":',
    b'"#extensions":{},',
    b'"@xmlns":"u",',
    b"\\ud800",
]


@st.composite
def damaged(draw: st.DrawFn, sources: list[bytes]) -> bytes:
    """Draw a good document with a few octets replaced, removed, doubled or put in."""
    data = draw(st.sampled_from(sources))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=4) | st.just(data[start:end] * 2))
        data = data[:start] + piece + data[end:]
    return data


def check(data: bytes) -> None:
    for strict in (False, True):
        try:
            read = cimbus.decode(data, strict=strict)
            _ = read.payload, read.notes, read.kind, repr(read)
        except cimbus.DecodeError:
            continue
        for form, per_noun in (("xml", False), ("json", False), ("xml", True)):
            try:
                written = cimbus.encode(read, form, per_noun=per_noun)
            except cimbus.EncodeError:
                continue
            _ = cimbus.decode(written).notes
    with suppress(cimbus.DecodeError):
        cimbus.decode_header(data)


@MANY
@given(damaged(XML))
def test_damaged_xml_is_refused_or_read(data):
    check(data)


@MANY
@given(damaged(JSON))
def test_damaged_json_is_refused_or_read(data):
    check(data)


@MANY
@given(st.binary(max_size=200))
def test_noise_is_refused(data):
    check(data)


@pytest.mark.parametrize("source", XML[:3] + JSON[:3])
def test_every_octet_may_be_missing(source):
    for position in range(0, len(source), 3):
        check(source[:position] + source[position + 1 :])
