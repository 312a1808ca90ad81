"""Schemas loaded at run time: the classes of a description, made and registered without a file of Python."""

from __future__ import annotations

import sys
from itertools import count
from types import ModuleType
from typing import Final

from .description import Description
from .source import python_source

_NUMBERS: Final = count(1)


def made_of(description: Description) -> ModuleType:
    """Make the classes of a description, and register its nouns.

    >>> made_of(Description()).__name__.startswith("cimbus_profile_")
    True
    """
    name = f"cimbus_profile_{next(_NUMBERS)}"
    module = ModuleType(name, "Classes that were made of schemas.")
    # types of fields are looked up in the module of their class
    sys.modules[name] = module
    exec(compile(python_source(description), f"<{name}>", "exec"), module.__dict__)  # noqa: S102  # quoted by ``source``
    return module
