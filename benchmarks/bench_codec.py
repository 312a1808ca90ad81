"""The codecs against bare parsers and against xsdata, in one run.

Messages a, b and c of ``samples`` (an event, a meter's day, a bulk), each decoded to typed objects, payload included.
``x`` is a multiple of ``lxml.etree.fromstring`` of the same XML, or of ``orjson.loads`` of the same JSON. xsdata reads
and writes dataclasses that are made here from the same declarations, with its lxml handlers. ``cimbus.decode`` uses the
native codec (``cimbus-native``) if it is installed; the rows "in Python" do not.

    python benchmarks/bench_codec.py [--quick]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field as dataclass_field
from dataclasses import make_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import samples
from lxml import etree
from report import Cost, arguments, parse, save, show, take_turns
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.models.datatype import XmlDateTime

import cimbus
from cimbus.codecs import stats
from cimbus.interface.codecs.xml import walk_xml
from cimbus.interface.envelope import NAMESPACE, Header
from cimbus.interface.model import noun_of, spec_of

SIMPLE: dict[str, type] = {
    "string": str,
    "enum": str,
    "dateTime": XmlDateTime,
    "decimal": Decimal,
    "float": Decimal,
    "integer": int,
    "boolean": bool,
}
RESULTS = Path(__file__).parent / "results" / "bench_codec.json"


def as_dataclass(cls: type[Any], namespace: str, made: dict[Any, type]) -> type:
    """Return an xsdata dataclass with the children and attributes of a declared class."""
    if (cls, namespace) in made:
        return made[cls, namespace]
    fields: list[Any] = []
    for spec in spec_of(cls).fields:
        kind = as_dataclass(spec.type, namespace, made) if spec.kind == "class" and spec.type else SIMPLE[spec.kind]
        metadata = {"name": spec.xml, "type": spec.place.capitalize()}
        if spec.place == "element":
            metadata["namespace"] = namespace
        if spec.many:
            fields.append((spec.name, list[kind], dataclass_field(default_factory=list, metadata=metadata)))  # type: ignore[valid-type]
        else:
            fields.append((spec.name, kind | None, dataclass_field(default=None, metadata=metadata)))
    made[cls, namespace] = make_dataclass(cls.__name__, fields)
    return made[cls, namespace]


def event_message(payload: type[Any]) -> type:
    """Return the dataclass of an EventMessage that carries one noun."""
    made: dict[Any, type] = {}
    noun = noun_of(payload)
    content = as_dataclass(payload, noun.namespace, made)
    item = dataclass_field(default=None, metadata={"name": noun.name, "type": "Element", "namespace": noun.namespace})
    area = make_dataclass("Payload", [("noun", content | None, item)])

    def element(name: str) -> Any:
        return dataclass_field(default=None, metadata={"name": name, "type": "Element", "namespace": NAMESPACE})

    header = as_dataclass(Header, NAMESPACE, made)
    meta = type("Meta", (), {"name": "EventMessage", "namespace": NAMESPACE})
    fields = [("header", header | None, element("Header")), ("payload", area | None, element("Payload"))]
    return make_dataclass("EventMessage", fields, namespace={"Meta": meta})


def in_python(xml: bytes) -> cimbus.Message[Any]:
    """Decode without the native codec."""
    return walk_xml(xml, strict=False, limits=cimbus.DEFAULT_LIMITS)


def timed(function: Callable[[], object], count: int) -> Callable[[], Cost]:
    """Return a candidate that calls a function so many times."""

    def run() -> Cost:
        cost = Cost()
        with cost.measured(count):
            for _ in range(count):
                function()
        return cost

    return run


def tables(name: str, message: cimbus.Message[Any], count: int, slow: int) -> dict[str, dict[str, Callable[[], Cost]]]:
    """Return the candidates for one message; xsdata gets fewer turns of the wheel, since it needs longer for each."""
    xml, json = cimbus.encode(message), cimbus.encode(message, "json")
    context, cls = XmlContext(), event_message(type(message.payload))
    parser, serializer = XmlParser(context=context, handler=LxmlEventHandler), XmlSerializer(context=context)
    theirs = parser.from_bytes(xml, cls)
    if cimbus.decode(xml) != message or not theirs.payload.noun:
        raise SystemExit("the candidates do not read the same message")
    title = f"{name}: {len(xml) / 1000:.1f} kB XML, {len(json) / 1000:.1f} kB JSON"
    return {
        f"decode {title}": {
            "lxml.etree.fromstring": timed(lambda: etree.fromstring(xml), count),
            "cimbus.decode, typed": timed(lambda: cimbus.decode(xml).payload, count),
            "cimbus.decode, typed, in Python": timed(lambda: in_python(xml).payload, count),
            "cimbus.decode, payload unopened": timed(lambda: cimbus.decode(xml), count),
            "the same, in Python": timed(lambda: in_python(xml), count),
            "cimbus.decode_header": timed(lambda: cimbus.decode_header(xml), max(count, 1000)),
            "xsdata, lxml handler": timed(lambda: parser.from_bytes(xml, cls), slow),
        },
        f"encode {title}": {
            "lxml.etree.fromstring": timed(lambda: etree.fromstring(xml), count),
            "cimbus.encode": timed(lambda: cimbus.encode(message), count),
            "xsdata": timed(lambda: serializer.render(theirs), slow),
        },
        f"JSON {title}": {
            "orjson.loads": timed(lambda: orjson.loads(json), count),
            "cimbus.decode, typed": timed(lambda: cimbus.decode(json).payload, count),
            "cimbus.encode": timed(lambda: cimbus.encode(message, "json"), count),
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
        for title, candidates in tables(name, message, fast, slow).items():
            if given.only in title:
                rows += take_turns(title, candidates, given.repeat)
                show([row for row in rows if row["table"] == title])
    save(given, rows, ("lxml", "msgspec", "orjson", "xsdata"))


if __name__ == "__main__":
    main()
