"""Payloads without an envelope: a noun alone, in XML or JSON."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, TypeVar, cast, overload

from cimbus.errors import CimbusError, DecodeError, EncodeError
from cimbus.interface.decode_note import DecodeNote
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import NAMESPACE
from cimbus.interface.model import Cim

from .api import Format
from .guard import GUARD
from .json.content import as_object
from .json.loads import loads
from .json.serializers import of_a_serializer, settled
from .json.tree import Builder
from .json.writer import encode_nouns
from .limits import DEFAULT_LIMITS, Limits, WorkBudget
from .opening import opened
from .sniff import is_json
from .xml.areas import find_envelope
from .xml.decode_context import DecodeContext
from .xml.mixed_text import has_mixed_text
from .xml.render import DECLARATION
from .xml.source import Node, parse, text_bytes
from .xml.walker import read_any
from .xml.writer import write_any

C = TypeVar("C", bound=Cim)


@overload
def decode_noun(
    data: bytes | bytearray | memoryview | str,
    of: type[C],
    *,
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    zone: tzinfo | None = None,
    notes: list[DecodeNote] | None = None,
) -> C: ...
@overload
def decode_noun(
    data: bytes | bytearray | memoryview | str,
    of: None = None,
    *,
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    zone: tzinfo | None = None,
    notes: list[DecodeNote] | None = None,
) -> Cim | XmlElement: ...
def decode_noun(
    data: bytes | bytearray | memoryview | str,
    of: type[Any] | None = None,
    *,
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    zone: tzinfo | None = None,
    notes: list[DecodeNote] | None = None,
) -> Any:
    """Decode a payload without an envelope; put it into a message with ``Message.of(payload, verb=..., source=...)``.

    Args:
        data: the noun as an XML document, or as JSON (``{"MeterReadings": {...}}``).
        of: the class that it has to be of.
        strict: refuse what the noun's class does not allow.
        limits: bounds on size, nesting and inflation.
        zone: the zone of times that are written without one; UTC by default.
        notes: a list that notes are added to.

    Raises:
        DecodeError: no noun, a message with an envelope, or another noun than ``of``.
        StrictError: strict reading, and something is not as the class says.

    >>> from cimbus.nouns import MeterReadings
    >>> noun = decode_noun('{"MeterReadings": {"MeterReading": [{"Meter": {"mRID": "m-1"}}]}}', MeterReadings)
    >>> noun.MeterReading[0].Meter.mRID
    'm-1'
    """
    try:
        octets, remarks = opened(text_bytes(data) if isinstance(data, str) else bytes(data), limits)
        json, budget = is_json(octets), WorkBudget(limits, len(octets))
        context = DecodeContext(
            strict=strict,
            limits=limits,
            unordered=json,
            budget=budget,
            zone=zone,
            mixed_text=json or has_mixed_text(octets),
        )
        node = _in_json(octets, budget) if json else _in_xml(octets, limits)
        value = read_any(node, context)
        context.check()
    except CimbusError:
        raise
    except Exception as error:
        raise GUARD.undecodable(error) from error
    if notes is not None:
        notes += (*remarks, *context.take_notes())
    if of is not None and not isinstance(value, of):
        found = value.name if isinstance(value, XmlElement) else type(value).__name__
        raise DecodeError(f"a {found}, not a {of.__name__}")
    return value


def _in_xml(data: bytes, limits: Limits) -> Node:
    node = parse(data, limits)
    if find_envelope(node) is not None:
        raise DecodeError("a message with an envelope, not a bare noun: decode reads it")
    return node


def _in_json(data: bytes, budget: WorkBudget) -> Node:
    """Return the element that a JSON document is: one member, whose name is the noun's."""
    budget.limits.check_size(data)
    tree = loads(data)
    if of_a_serializer(data):
        tree = settled(tree, data, budget)
    members: dict[str, Any] = cast("dict[str, Any]", tree) if isinstance(tree, dict) else {}
    nouns = {key: value for key, value in members.items() if not key.startswith(("@", "#", "?"))}
    if len(nouns) != 1:
        raise DecodeError('no noun: JSON of one is {"Noun": {...}}, an object with one member')
    if any(key.lower() == "header" for value in nouns.values() for key in as_object(value)):
        raise DecodeError("a message with an envelope, not a bare noun: decode reads it")
    area = Builder(budget).root("Payload", nouns, NAMESPACE)
    if len(area) != 1:
        raise DecodeError("several nouns, or none, where one is wanted")
    return area[0]


def encode_noun(noun: Cim | XmlElement, format: Format = "xml", *, strict: bool = True) -> bytes:  # noqa: A002
    """Encode a payload without an envelope.

    Args:
        noun: an instance of a registered noun, or an ``XmlElement``.
        format: ``"xml"`` or ``"json"`` (``{"MeterReadings": {...}}``).
        strict: refuse a noun without what is mandatory; False leaves that out, as it may have been read.

    Raises:
        EncodeError: a value has no form in this format, a mandatory one is missing, or it is no noun.

    >>> from cimbus.nouns import MeterReadings
    >>> encode_noun(MeterReadings(), "json")
    b'{"MeterReadings":{}}'
    """
    if format not in ("xml", "json"):
        raise EncodeError(f"there is no format {format!r}; use 'xml' or 'json'")
    try:
        if format == "json":
            return encode_nouns((noun,))
        return f"{DECLARATION}{write_any(noun, lenient=not strict)}".encode()
    except EncodeError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise EncodeError(f"{type(noun).__name__} cannot be written: {error}") from error
    except Exception as error:
        raise GUARD.unencodable(error) from error
