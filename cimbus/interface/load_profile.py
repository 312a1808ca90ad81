"""Schemas loaded at run time. What reads them is imported when it is needed: few programs do."""

from __future__ import annotations

import os
from types import ModuleType


def load_profile(*paths: str | os.PathLike[str]) -> ModuleType:
    """Read schemas, and register their nouns: ``profile = cimbus.load_profile("MeterReadings.xsd")``.

    The classes are attributes of the module that is returned, such as ``profile.MeterReadings``; from then on, messages
    with these nouns are typed. A noun that is registered already under the same namespace and class name is replaced
    for reading: who owns the schema knows better. For type checkers there is ``cimbus generate``, which writes the
    same classes as a module.

    Args:
        paths: XSD files; what they import and include is read from the disk, nothing from a network.

    Raises:
        SchemaError: a file is no schema, or says what classes cannot express; it names file and line.
        UsageError: a file cannot be read.
        ValueError: a noun is registered already, under a class of another name.

    >>> load_profile("nowhere.xsd")
    Traceback (most recent call last):
    cimbus.errors.UsageError: nowhere.xsd: No such file or directory
    """
    from cimbus.interface.xsd import describe, made_of

    return made_of(describe(*paths))
