"""The header by itself, by the native codec: from the first octets, wherever they end."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import Limits
from cimbus.interface.codecs.native import Loaded, NativeFront
from cimbus.interface.codecs.xml import walk_xml
from cimbus.testing.codec_fuzz.compare import described
from interface.codecs.codec_samples import message, soap

from .codecs import codec, needs_native

PLAIN = message().encode()
END = PLAIN.index(b"</Header>") + len(b"</Header>")


def walked(document: bytes) -> str:
    return described(walk_xml(document, strict=False, limits=cimbus.DEFAULT_LIMITS).header)


@needs_native
@pytest.mark.parametrize("document", [PLAIN, soap(message()).encode()])
def test_the_header_is_what_the_walker_reads(document: bytes) -> None:
    found = codec().decode_header(document, cimbus.DEFAULT_LIMITS)

    assert described(found) == walked(document)
    assert described(cimbus.decode_header(document)) == walked(document)


@needs_native
def test_the_first_octets_are_enough_from_the_end_of_the_header_on() -> None:
    for end in range(len(PLAIN)):
        found = codec().decode_header(PLAIN[:end], cimbus.DEFAULT_LIMITS)
        assert (found is not None) is (end >= END)


@needs_native
def test_a_character_that_is_cut_off_is_no_error() -> None:
    document = PLAIN.replace(b"</Header>", "</Header><!-- Zähler -->".encode())
    end = document.index("ä".encode()) + 1

    assert described(codec().decode_header(document[:end], cimbus.DEFAULT_LIMITS)) == walked(PLAIN)
    assert codec().decode_header(document[:end] + b"\xff", cimbus.DEFAULT_LIMITS) is None


@needs_native
def test_what_is_unusual_is_left() -> None:
    assert codec().decode_header(message(root="eventMessage").encode(), cimbus.DEFAULT_LIMITS) is None
    assert codec().decode_header(PLAIN, Limits(max_nodes=5)) is None
    assert NativeFront(Loaded(None, "", "turned off")).decode_header(PLAIN, cimbus.DEFAULT_LIMITS) is None
