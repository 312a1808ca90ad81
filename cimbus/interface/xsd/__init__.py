"""XML schemas of payloads as classes: read (``describe``), written as Python (``python_source``), or loaded."""

from __future__ import annotations

from .describe import describe
from .description import ClassDescription, Description, EnumDescription, Member, NounDescription
from .profile import made_of
from .source import python_source

__all__ = [
    "ClassDescription",
    "Description",
    "EnumDescription",
    "Member",
    "NounDescription",
    "describe",
    "made_of",
    "python_source",
]
