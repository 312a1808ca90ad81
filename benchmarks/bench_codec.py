"""The codecs against bare parsers and against other libraries, in one run.

Messages a, b and c of ``samples`` (an event, a meter's day, a bulk), each decoded to typed objects, payload included.
``x`` is a multiple of ``lxml.etree.fromstring`` of the same XML, or of ``orjson.loads`` of the same JSON. The peers
read and write classes that are made here from the same declarations: xsdata with its lxml handlers, pydantic-xml, JAXB
on a virtual machine that is warm, and msgspec (JSON with the same content in structs). What a peer writes is read by
``cimbus.decode`` before anything is measured, and must be the same message. ``cimbus.decode`` uses the native codec
(``cimbus-native``) if it is installed; the rows "in Python" do not. Without Java and Maven there are no rows of JAXB.

    python benchmarks/bench_codec.py [--quick]
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import peer_jaxb
import peer_msgspec
import samples
from lxml import etree
from report import Cost, arguments, parse, save, show, take_turns

import cimbus
from cimbus.bench.peers import pydantic_codec, xsdata_codec
from cimbus.codecs import stats
from cimbus.interface.codecs.json.reader import read_json
from cimbus.interface.codecs.xml import walk_xml
from cimbus.nouns import MeterReadings
from cimbus.readings import to_columns

Candidates = dict[str, Callable[[], Cost]]
RESULTS = Path(__file__).parent / "results" / "bench_codec.json"


def in_python(xml: bytes) -> cimbus.Message[Any]:
    """Decode without the native codec."""
    return walk_xml(xml, strict=False, limits=cimbus.DEFAULT_LIMITS)


def json_in_python(json: bytes) -> cimbus.Message[Any]:
    """Do the same for JSON."""
    return read_json(json, strict=False, limits=cimbus.DEFAULT_LIMITS)


def timed(function: Callable[[], object], count: int) -> Callable[[], Cost]:
    """Return a candidate that calls a function so many times."""

    def run() -> Cost:
        cost = Cost()
        with cost.measured(count):
            for _ in range(count):
                function()
        return cost

    return run


def both(
    codec: tuple[Callable[[bytes], Any], Callable[[Any], bytes]], xml: bytes
) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return what reads one message with a codec, and what writes it."""
    read, write = codec
    message = read(xml)
    return lambda: read(xml), lambda: write(message)


def check(message: cimbus.Message[Any], written: object) -> None:
    """Check that a peer has written the same message.

    Raises:
        SystemExit: it has not.
    """
    octets = written.encode() if isinstance(written, str) else written
    if not isinstance(octets, bytes) or cimbus.decode(octets) != message:
        raise SystemExit("the candidates do not read the same message")


def java(stack: ExitStack, message: cimbus.Message[Any], xml: bytes, warm: float) -> peer_jaxb.Jaxb | None:
    """Start JAXB, where it can be had."""
    try:
        machine = stack.enter_context(peer_jaxb.jaxb(type(message.payload), xml, warm))
    except RuntimeError as error:
        print(f"no JAXB: {error}")
        return None
    check(message, machine.written())
    return machine


def tables(
    name: str, message: cimbus.Message[Any], count: int, slow: int, machine: peer_jaxb.Jaxb | None
) -> dict[str, Candidates]:
    """Return the candidates for one message; the slow peers read it fewer times in a turn."""
    xml, json = cimbus.encode(message), cimbus.encode(message, "json")
    xsdata_reads, xsdata_writes = both(xsdata_codec.codec(type(message.payload)), xml)
    pydantic_reads, pydantic_writes = both(pydantic_codec.codec(type(message.payload)), xml)
    msgspec_reads, msgspec_writes = peer_msgspec.codec(message)
    for writes in (lambda: xml, lambda: json, xsdata_writes, pydantic_writes):
        check(message, writes())
    decoding = {"JAXB, warm": machine.timed("decode", count)} if machine else {}
    encoding = {"JAXB, warm": machine.timed("encode", count)} if machine else {}
    columns = {"readings.to_columns": timed(lambda: to_columns(xml), count)}
    title = f"{name}: {len(xml) / 1000:.1f} kB XML, {len(json) / 1000:.1f} kB JSON"
    return {
        f"decode {title}": {
            "lxml.etree.fromstring": timed(lambda: etree.fromstring(xml), count),
            "cimbus.decode, typed": timed(lambda: cimbus.decode(xml).payload, count),
            "cimbus.decode, typed, in Python": timed(lambda: in_python(xml).payload, count),
            "cimbus.decode, payload unopened": timed(lambda: cimbus.decode(xml), count),
            "the same, in Python": timed(lambda: in_python(xml), count),
            "cimbus.decode_header": timed(lambda: cimbus.decode_header(xml), max(count, 1000)),
            **(columns if isinstance(message.payload, MeterReadings) else {}),
            "xsdata, lxml handler": timed(xsdata_reads, slow),
            "pydantic-xml": timed(pydantic_reads, slow),
            **decoding,
        },
        f"encode {title}": {
            "lxml.etree.fromstring": timed(lambda: etree.fromstring(xml), count),
            "cimbus.encode": timed(lambda: cimbus.encode(message), count),
            "xsdata": timed(xsdata_writes, slow),
            "pydantic-xml": timed(pydantic_writes, slow),
            **encoding,
        },
        f"JSON {title}": {
            "orjson.loads": timed(lambda: orjson.loads(json), count),
            "cimbus.decode, typed": timed(lambda: cimbus.decode(json).payload, count),
            "cimbus.decode, typed, in Python": timed(lambda: json_in_python(json).payload, count),
            "cimbus.encode": timed(lambda: cimbus.encode(message, "json"), count),
            "msgspec, decoding the same content": timed(msgspec_reads, count),
            "msgspec, encoding it": timed(msgspec_writes, count),
        },
    }


def main() -> None:
    """Measure and report."""
    given = parse(arguments(__doc__.splitlines()[0], RESULTS))
    print(f"native codec: {stats().native or stats().reason}")
    count: int = given.count
    wanted = {
        "a": (samples.event(), count // 5, count // 100),
        "b": (samples.readings(), count // 40, count // 1000),
        "c": (samples.bulk(20 if given.quick else 100), max(1, count // 4000), 1),
    }
    rows: list[dict[str, str | float]] = []
    for name, (message, fast, slow) in wanted.items():
        with ExitStack() as stack:
            machine = java(stack, message, cimbus.encode(message), 1.0 if given.quick else 20.0)
            for title, candidates in tables(name, message, fast, slow, machine).items():
                if given.only in title:
                    rows += take_turns(title, candidates, given.repeat)
                    show([row for row in rows if row["table"] == title])
    save(given, rows, ("lxml", "msgspec", "orjson", "pydantic-xml", "xsdata"))


if __name__ == "__main__":
    main()
