"""Work and memory grow with a document, whatever its shape: measured by counters, never by time.

Counted are calls of Python and of C functions (``sys.setprofile``) and the largest memory of Python objects
(``tracemalloc``). A document of twice the size may take 2.5 times as many, and a constant for what does not grow.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cimbus
from cimbus import CimbusError, Limits
from cimbus.interface.codecs import rewrite_header
from cimbus.nouns.keys import key_of
from fuzz import shapes

SIZE = 12_000
"""Octets of the smaller document: more than the head of a document that is scanned by regular expressions."""
GROWTH = 2.5
CALLS = 3_000
"""Calls that do not grow: generating code, error messages, up to 1 000 notes (``MAX_NOTES``) with their paths."""
MEMORY = 200_000
"""Octets that do not grow: caches, notes."""
RAISED = Limits(
    max_work=10**9, max_texts=10**6, max_attributes=10**6, max_prefixes=10**4, max_name=10**6, max_uri=10**6
)
"""Limits that refuse nothing, so that the readers' own growth is seen and not that of a refusal."""

SHAPES = [(kind, name) for kind in ("XML", "JSON") for name in getattr(shapes, kind)]
QUADRATIC_WHEN_RAISED = {
    # lxml finds each value of an element by going through all its attributes: what max_attributes is for
    ("XML", "attributes without class"),
    ("XML", "attributes of a class"),
    ("JSON", "attributes"),
    # each element is looked up in all prefixes, and each full name repeats its namespace: max_prefixes, max_uri
    ("XML", "prefixes"),
    ("JSON", "prefixes"),
    ("XML", "a long namespace"),
    ("XML", "a long namespace of a class"),
    ("XML", "a long namespace of the envelope"),
    ("JSON", "a long namespace"),
}


def used(data: bytes, limits: Limits) -> None:
    """Do with a document everything that can be done with it."""
    for action in (cimbus.decode_header, rewritten):
        with suppress(CimbusError):
            action(data, limits=limits)
    with suppress(CimbusError):
        message = cimbus.decode(data, limits=limits)
        _ = message.payload, message.notes
        _ = key_of(message.payload)
        for form in ("xml", "json"):
            with suppress(CimbusError):
                cimbus.encode(message, form)  # type: ignore[arg-type]


def used_otherwise(data: bytes, limits: Limits) -> None:
    """Do with a document what only some programs do."""
    for read in (cimbus.decode_all, cimbus.decode_noun):
        with suppress(CimbusError):
            read(data, limits=limits)
    with suppress(CimbusError):
        cimbus.decode(data, strict=True, limits=limits)


def rewritten(data: bytes, *, limits: Limits) -> bytes:
    """Rewrite a header."""
    return rewrite_header(data, limits=limits, correlation_id="x")


def calls(action: Callable[[], Any]) -> int:
    """Return how many functions an action calls."""
    counted = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal counted
        if event in ("call", "c_call"):
            counted += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(before)
    return counted


def memory(action: Callable[[], Any]) -> int:
    """Return how much memory of Python objects an action takes at its peak."""
    gc.freeze()  # the more objects there are besides, the later Python would collect those that the action has left
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.unfreeze()


@pytest.mark.parametrize(("kind", "name"), SHAPES)
def test_twice_the_document_takes_twice_the_work(kind: str, name: str) -> None:
    make = getattr(shapes, kind)[name]
    limits = cimbus.DEFAULT_LIMITS if (kind, name) in QUADRATIC_WHEN_RAISED else RAISED
    once, twice = make(SIZE), make(2 * SIZE)
    used(once, limits)  # what is made once for each class and each process

    assert calls(lambda: used(twice, limits)) <= GROWTH * calls(lambda: used(once, limits)) + CALLS
    less, more = memory(lambda: used(once, limits)), memory(lambda: used(twice, limits))
    if more > GROWTH * less + MEMORY:  # tables grow in steps: a step is in one doubling, and not in the next one, too
        assert memory(lambda: used(make(4 * SIZE), limits)) <= GROWTH * more
    used_otherwise(once, limits)
    assert calls(lambda: used_otherwise(twice, limits)) <= GROWTH * calls(lambda: used_otherwise(once, limits)) + CALLS


@pytest.mark.parametrize(("kind", "name"), SHAPES)
def test_a_large_document_is_read_or_refused_within_the_budget(kind: str, name: str) -> None:
    data = getattr(shapes, kind)[name](50_000)

    peak = memory(lambda: used(data, cimbus.DEFAULT_LIMITS))

    assert peak < 10_000_000  # a twentieth of a document of 1 MB, which may take 200 MB


XML_PIECES = [
    "<a/>",
    "<a>b</a>",
    "<EndDeviceEvent/>",
    "<enddeviceevent/>",
    "<EndDeviceEvent><mRID/></EndDeviceEvent>",
    "&lt;",
    "text ",
    '<a xmlns="urn:v"/>',
    '<p:a xmlns:p="urn:v" p:b="c"/>',
    '<a b="c" d="e"/>',
    "<!-- -->",
    "<![CDATA[<]]>",
    "<a><b><c/></b></a>",
    f"<{'n' * 200}/>",
    "<mRID>x</mRID>",
    "<Header><Verb/></Header>",
    "<Reply><Result/></Reply>",
    "<Format/>",
    "<ID/>",
]
JSON_PIECES = [
    "1",
    '"a"',
    "[]",
    "[[1]]",
    "{}",
    '{"a":1}',
    '{"a":[1,2]}',
    '{"@b":"c"}',
    '{"#text":"a","@b":1}',
    '{"#children":["a",{"b":1}]}',
    '{"@xmlns":"urn:v","a":1}',
    '{"#extensions":{"elements":[{"element":{"e":1},"after":"a"}]}}',
    '{"Header":{"Verb":1}}',
    "null",
]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.lists(st.sampled_from(XML_PIECES), min_size=1, max_size=4, unique=True),
    st.integers(0, 40),
    st.sampled_from([shapes.typed, shapes.unknown, shapes.xml]),
    st.integers(0, 2**32),
)
def test_mixtures_of_shapes_take_twice_the_work(
    pieces: list[str], depth: int, around: Callable[[str], bytes], seed: int
) -> None:
    def make(size: int) -> bytes:
        unit = "".join(f"<d>{piece}" for piece in pieces for _ in range(1)) + "</d>" * len(pieces)
        unit = "<d>" * depth + unit + "</d>" * depth
        mixed = [unit, *pieces]
        Random(seed).shuffle(mixed)
        return around(shapes.times(size, "".join(mixed)))

    grows_with_the_document(make)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.lists(st.sampled_from(JSON_PIECES), min_size=1, max_size=4, unique=True),
    st.integers(0, 40),
    st.sampled_from(["X", "EndDeviceEvents", "OperationSet", "ID", "Compressed"]),
)
def test_mixtures_of_json_take_twice_the_work(pieces: list[str], depth: int, noun: str) -> None:
    def make(size: int) -> bytes:
        unit = '{"d":' * depth + f"[{','.join(pieces)}]" + "}" * depth
        return shapes.in_x(shapes.listed(size, unit)).replace(b'"X"', f'"{noun}"'.encode())

    grows_with_the_document(make)


def grows_with_the_document(make: Callable[[int], bytes]) -> None:
    """Check the growth of calls and memory."""
    once, twice = make(SIZE), make(2 * SIZE)
    used(once, RAISED)

    assert calls(lambda: used(twice, RAISED)) <= GROWTH * calls(lambda: used(once, RAISED)) + CALLS
    assert memory(lambda: used(twice, RAISED)) <= GROWTH * memory(lambda: used(once, RAISED)) + MEMORY
