"""Schema files to a description."""

from __future__ import annotations

import os

from cimbus.interface.schema_error import SchemaError

from .description import Description
from .documents import Documents
from .naming import described
from .reader import SchemaReader


def describe(*paths: str | os.PathLike[str]) -> Description:
    """Read schemas, and what they import and include, from the disk.

    Args:
        paths: XSD files; types that several of them share become one class.

    Raises:
        SchemaError: a file is no schema, or says what classes cannot express; it names file and line.
        UsageError: a file cannot be read, or none was given.

    >>> describe("nowhere.xsd")
    Traceback (most recent call last):
    cimbus.errors.UsageError: nowhere.xsd: No such file or directory
    """
    documents = Documents(paths)
    reader = SchemaReader(documents)
    reader.read()
    if not reader.nouns:
        raise SchemaError("it declares no element that could be a noun", file=", ".join(map(str, paths)))
    return described(reader.classes, reader.enums, reader.nouns, documents.warnings)
