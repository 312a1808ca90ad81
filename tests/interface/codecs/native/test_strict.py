"""Strict reading of what the native codec read, where it is sure that strict reading accepts it."""

from __future__ import annotations

from typing import Annotated

import pytest

import cimbus
from cimbus import Cim, Message, StrictError, noun, nouns
from cimbus.interface.codecs.native.strict import has_facets, is_surely_strict
from cimbus.interface.codecs.xml import walk_xml
from cimbus.interface.envelope import ID, Error, Request
from cimbus.interface.model import facets
from interface.codecs.codec_samples import message

from .codecs import codec, needs_native

PLAIN = message().encode()
ERROR = Message.of(nouns.GetMeterReadings()).reply(errors=[Error(code="0", xpath="a b")])


@noun("urn:example:limited")
class Limited(Cim):
    percent: Annotated[int, facets(ge=0, le=100)]


@noun("urn:example:around-limited")
class AroundLimited(Cim):
    limited: list[Limited] = []


LEFT = {
    "a kind of an ID": cimbus.encode(
        Message.of(None, verb="get", noun="X", request=Request(ids=(ID(value="a", kind="odd"),)))
    ),
    "an xpath": cimbus.encode(ERROR),
    "a limited value": cimbus.encode(Message.of(Limited(percent=101))),
    "one in a list": cimbus.encode(Message.of(AroundLimited(limited=[Limited(percent=-1)]))),
    "an element of the envelope": PLAIN.replace(b"<Payload>", b"<Payload><a/>"),
    "an option behind the query": cimbus.encode(Message.of(nouns.GetMeterReadings())).replace(
        b"</Request>", b"<Option><name>a</name></Option></Request>"
    ),
}


def refused(document: bytes) -> bool:
    try:
        walk_xml(document, strict=True, limits=cimbus.DEFAULT_LIMITS)
    except StrictError:
        return True
    return False


@needs_native
def test_a_plain_message_is_read_natively_also_strictly() -> None:
    before = cimbus.codecs.stats().decoded

    found = cimbus.decode(PLAIN, strict=True)

    assert cimbus.codecs.stats().decoded == before + 1
    assert found == walk_xml(PLAIN, strict=True, limits=cimbus.DEFAULT_LIMITS)
    assert found.notes == ()


@needs_native
@pytest.mark.parametrize("case", LEFT)
def test_what_strict_reading_refuses_is_refused(case: str) -> None:
    read = codec().decode(LEFT[case], cimbus.DEFAULT_LIMITS)

    assert read is None or not is_surely_strict(read)
    assert refused(LEFT[case])
    with pytest.raises(StrictError):
        cimbus.decode(LEFT[case], strict=True)


def test_a_class_has_the_facets_of_what_is_in_it() -> None:
    assert has_facets(Limited)
    assert has_facets(AroundLimited)
    assert not has_facets(nouns.MeterReadings)


@needs_native
def test_a_large_message_is_opened() -> None:
    for in_parts in (False, True):
        read = codec(in_parts=in_parts).decode(PLAIN, cimbus.DEFAULT_LIMITS)
        assert read is not None
        assert is_surely_strict(read)
