"""Typed objects out of the JSON of a document of any size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import TypeVar

from cimbus.errors import DecodeError
from cimbus.interface.codecs.class_names import ClassNames
from cimbus.interface.codecs.limits import Limits, WorkBudget
from cimbus.interface.codecs.xml.decode_context import DecodeContext
from cimbus.interface.codecs.xml.objects import read_object
from cimbus.interface.envelope import NAMESPACE
from cimbus.interface.model import Cim, find_class

from .fast import object_fast
from .scanner import Found, Scanner
from .serializers import of_a_serializer, settled
from .tree import Builder

C = TypeVar("C", bound=Cim)


def json_objects(
    pieces: Iterator[str], cls: type[C], names: ClassNames, limits: Limits, zone: tzinfo | None
) -> Iterator[C]:
    """Yield the objects of one or several JSON documents.

    Args:
        pieces: the text; a document, JSON Lines, or documents behind one another.
        cls: their class.
        names: the names of their elements.
        limits: ``max_depth`` for the document, all others for each object.
        zone: the zone of times that are written without one.

    Raises:
        DecodeError: it is not valid JSON; what came before was yielded.
        UnsafeError: beyond the limits.

    >>> from cimbus.nouns import Name
    >>> pieces = iter(['{"a": {"Names": [{"name": "m"}]}}'])
    >>> [each.name for each in json_objects(pieces, Name, ClassNames(Name), Limits(), None)]
    ['m']
    """
    scanner = Scanner(pieces, names.folded(), limits)
    for found in scanner:
        made = object_fast(found.text, cls) if isinstance(found.value, dict) else None
        yield _general(found, cls, limits, zone, x2js=scanner.x2js) if made is None else made


def _general(found: Found, cls: type[C], limits: Limits, zone: tzinfo | None, *, x2js: bool) -> C:
    """Return an object by way of its XML, as ``decode`` reads it."""
    budget = WorkBudget(limits, len(found.text))
    value, data = found.value, found.text.encode("utf-8", "replace")
    if of_a_serializer(data):
        value = settled(value, data, budget, x2js=x2js)
    noun = find_class(cls)
    builder = Builder(budget)
    if noun is None:
        node = builder.root(found.name, value, found.uri)
    else:
        area = builder.root("Payload", {found.name: value}, NAMESPACE)
        if len(area) != 1:
            raise DecodeError(f"{len(area)} {found.name} where one is wanted")
        node = area[0]
    context = DecodeContext(limits=limits, budget=budget, zone=zone, unordered=True, mixed_text=True)
    return read_object(node, cls, context)
