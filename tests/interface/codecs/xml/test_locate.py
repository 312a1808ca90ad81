"""The envelope is found in SOAP, in another wrapper, and in a text."""

from __future__ import annotations

from contextlib import suppress

import pytest

import cimbus
from cimbus import CimbusError, Limits
from interface.codecs.codec_samples import MESSAGE, events, header, message


def texts(read: cimbus.Message) -> str:
    return "\n".join(map(str, read.notes))


def strictly(document: str | bytes) -> cimbus.StrictError:
    with pytest.raises(cimbus.StrictError) as caught:
        _ = cimbus.decode(document, strict=True).notes
    return caught.value


UMLAUT = message(events("Zähler €"))


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


def survive(data: bytes | str, limits: Limits = cimbus.DEFAULT_LIMITS) -> cimbus.Message | None:
    """Decode all there is; None where it was refused as it should be."""
    with suppress(CimbusError):
        cimbus.decode_header(data, limits=limits)
    try:
        read = cimbus.decode(data, limits=limits)
        _ = read.payload, read.notes
    except CimbusError:
        return None
    return read


def test_many_empty_envelopes_are_looked_through_in_linear_time():
    survive("<a>" + "<Header/><Reply/><b><Header><q/></Header></b>" * 20_000 + "</a>")
    survive(f'<E xmlns="{MESSAGE}">{header()}{"<Reply><Result>OK</Result></Reply>" * 5_000}</E>')
