"""A declaration in words, for ``help()``: the children of a class with their cardinalities and types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .choice import Choice
from .registry import find_class
from .spec import FieldSpec, spec_of


def describe_class(cls: type[Any]) -> str:
    """Return what a class is on the wire, a line for each child, in the order of the schema.

    >>> from cimbus.nouns import EndDeviceEvents
    >>> print(describe_class(EndDeviceEvents))
    Noun EndDeviceEvents of http://iec.ch/TC57/2011/EndDeviceEvents#
    <BLANKLINE>
        EndDeviceEvent      0..*  EndDeviceEvent
        EndDeviceEventType  0..*  EndDeviceEventType
    """
    return "\n".join(_lines(cls))


def _lines(cls: type[Any]) -> Iterator[str]:
    spec, noun = spec_of(cls), find_class(cls)
    if noun is not None:
        yield f"Noun {noun.name} of {noun.namespace}" + (f" (a query: get {noun.header})" if noun.query else "")
    if spec.model_reference:
        yield f"Class of the CIM: {spec.model_reference}"
    if noun is not None or spec.model_reference:
        yield ""
    rows = [(_name(field), field.cardinality, _type(field)) for field in spec.fields]
    width = max((len(name) for name, *_ in rows), default=0)
    for name, cardinality, kind in rows:
        yield f"    {name:{width}}  {cardinality:4}  {kind}".rstrip()
    for each in spec.choices:
        yield f"    {_choice(each)}: {', '.join(each.names)}"


def _name(field: FieldSpec) -> str:
    return {"attribute": "@"}.get(field.place, "") + field.name


def _type(field: FieldSpec) -> str:
    return field.kind if field.type is None else field.type.__name__


def _choice(choice: Choice) -> str:
    return "any of" if choice.repeated else "one of" if choice.required else "at most one of"
