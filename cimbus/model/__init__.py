"""How CIM classes are declared (``base``), what that means on the wire (``spec``), and who stands for a noun."""

from __future__ import annotations

from .base import (
    FIRST,
    FOREIGN,
    AnyNoun,
    Attribute,
    Cim,
    CimEnum,
    DateTime,
    Float,
    Foreign,
    Some,
    Stray,
    Text,
)
from .memory import per_class
from .registry import Noun, all_nouns, find_noun, noun, noun_of
from .spec import ClassSpec, FieldSpec, only_attribute, spec_of

__all__ = [
    "FIRST",
    "FOREIGN",
    "AnyNoun",
    "Attribute",
    "Cim",
    "CimEnum",
    "ClassSpec",
    "DateTime",
    "FieldSpec",
    "Float",
    "Foreign",
    "Noun",
    "Some",
    "Stray",
    "Text",
    "all_nouns",
    "find_noun",
    "noun",
    "noun_of",
    "only_attribute",
    "per_class",
    "spec_of",
]
