"""A noun's declaration as a JSON Schema (draft 2020-12) of its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cimbus.interface.model import (
    EXTENSIONS,
    XSI_TYPE_MEMBER,
    CimEnum,
    ClassSpec,
    FieldSpec,
    Noun,
    SimpleType,
    spec_of,
    substitutes_of,
    xsi_type_of,
)
from cimbus.interface.model.lexical_spaces import PATTERNS

from .reachable import classes_of, enums_of

Json = dict[str, Any]
_KINDS: Final[dict[str, Json]] = {
    "string": {"type": "string"},
    "dateTime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "pattern": r"^-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?$"},
    "time": {"type": "string", "pattern": r"^\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"},
    "duration": {"type": "string", "pattern": "^-?P"},
    # written as texts, so that their digits survive (1.50); read as numbers, too
    "decimal": {"type": ["string", "number"]},
    "float": {"type": ["string", "number"]},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
}


def json_schema(noun: Noun) -> Json:
    """Return the JSON Schema of a noun as ``encode_noun(..., "json")`` writes it: an object with the noun's name.

    >>> from cimbus.interface.model import noun_of
    >>> from cimbus.nouns import EndDeviceEvents
    >>> json_schema(noun_of(EndDeviceEvents))["required"]
    ['EndDeviceEvents']
    """
    names: dict[type[Any], str] = {cls: name for name, cls in classes_of(noun.cls).items()}
    names |= {
        enum: name if name not in names.values() else f"{name}Values" for name, enum in enums_of(noun.cls).items()
    }
    references = {cls: f"#/$defs/{name}" for cls, name in names.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": noun.name,
        "description": f"The noun {noun.name} of the namespace {noun.namespace}",
        "type": "object",
        "properties": {noun.name: {"$ref": references[noun.cls]}},
        "required": [noun.name],
        "additionalProperties": False,
        "$defs": {name: class_json_schema(cls, references) for cls, name in names.items()},
    }


def class_json_schema(cls: type[Any], references: Mapping[type[Any], str]) -> Json:
    """Return the JSON Schema of one class or enumeration, which refers to those that it is made of.

    The keywords are those that draft 7 and draft 2020-12 have in common.

    >>> from cimbus.nouns import Reference
    >>> class_json_schema(Reference, {})["properties"]["ref"]
    {'type': 'string'}

    Args:
        cls: a ``Cim`` or a ``CimEnum``.
        references: the value of ``$ref`` for each class that it uses (``classes_of``, ``enums_of``).

    Raises:
        KeyError: there is no reference for a class that it uses.
    """
    if issubclass(cls, CimEnum):
        return {"type": "string", "enum": [each.value for each in cls]}
    return _class(spec_of(cls), references)


def _class(spec: ClassSpec, references: Mapping[type[Any], str]) -> Json:
    # a child that may be any noun stands under the noun's own name
    fields = [field for field in spec.fields if field.kind != "any"]
    made: Json = {"type": "object", "properties": {field.xml: _field(field, references) for field in fields}}
    made["properties"][EXTENSIONS] = {"type": "object"}  # what a document held beyond the class
    if name := xsi_type_of(spec.cls):
        made["properties"][XSI_TYPE_MEMBER] = {"const": name}
    many = {field.xml for field in fields if field.many}
    required = [field.xml for field in fields if field.required and not field.facets.nillable]
    if required:
        made["required"] = required
    if spec.wildcard is None and len(fields) == len(spec.fields):
        made["additionalProperties"] = False
    rules: list[Json] = []
    for choice in spec.choices:
        present: list[Json] = [
            {"anyOf": [_there(name, many=name in many) for name in names]} for names in choice.alternatives
        ]
        if choice.required:
            rules.append({"anyOf": present})
        if not choice.repeated:
            pairs = [(one, two) for place, one in enumerate(present) for two in present[place + 1 :]]
            rules += [{"not": {"allOf": [one, two]}} for one, two in pairs]
    if rules:
        made["allOf"] = rules
    if spec.model_reference:
        made["$comment"] = spec.model_reference
    return made


def _there(name: str, *, many: bool) -> Json:
    """Return the rule that a child is there."""
    return {"required": [name], "properties": {name: {"minItems": 1}}} if many else {"required": [name]}


def _reference(cls: type[Any], references: Mapping[type[Any], str]) -> Json:
    """Return a reference to a class, or to one of those that may stand for it."""
    found: list[Json] = [{"$ref": references[each]} for each in (cls, *substitutes_of(cls).values())]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _part(part: SimpleType) -> Json:
    """Return a type of a union; of numbers, their bounds are not told."""
    if part.values:
        return {"enum": list(part.values)}
    pattern = part.facets.pattern or PATTERNS.get(part.kind, "")
    return {"pattern": f"^(?:{pattern})$"} if pattern else {}


def _field(field: FieldSpec, references: Mapping[type[Any], str]) -> Json:
    made: Json = dict(_KINDS.get(field.kind, {})) if field.type is None else _reference(field.type, references)
    facets = field.facets
    if facets.pattern:
        made["pattern"] = f"^(?:{facets.pattern})$"
    if facets.any_of and field.kind == "string":
        made["anyOf"] = [_part(each) for each in facets.any_of]
    if facets.items is None and facets.min_length:
        made["minLength"] = facets.min_length
    if facets.items is None and facets.max_length is not None:
        made["maxLength"] = facets.max_length
    if field.kind == "integer":
        bounds = (
            ("minimum", facets.ge),
            ("maximum", facets.le),
            ("exclusiveMinimum", facets.gt),
            ("exclusiveMaximum", facets.lt),
        )
        made |= {word: int(bound) for word, bound in bounds if bound is not None}
    if facets.fixed is not None:
        made["const"] = facets.fixed
    if not field.many:
        return made
    several: Json = {"type": "array", "items": made}
    if field.least:
        several["minItems"] = field.least
    if field.most is not None:
        several["maxItems"] = field.most
    return several
