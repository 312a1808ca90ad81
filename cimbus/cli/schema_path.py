"""The user's own schemas, for ``cimbus validate --schema-path``: which of them know a part of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from lxml import etree

from cimbus.errors import UsageError
from cimbus.interface.codecs import DEFAULT_LIMITS
from cimbus.interface.codecs.xml.source import Node, line_of, local_name, namespace, parse, path_of
from cimbus.interface.decode_note import DecodeNote

_XS = "{http://www.w3.org/2001/XMLSchema}"
_NAMES = re.compile(r"\{[^}]*\}")


class SchemaPath:
    """The schemas below a folder, by the elements that they declare.

    Raises:
        UsageError: the folder has no schema, or one that is none.

    >>> SchemaPath(Path("nowhere"))
    Traceback (most recent call last):
    cimbus.errors.UsageError: nowhere: there is no schema (*.xsd)
    """

    def __init__(self, folder: Path) -> None:
        self._files: dict[tuple[str, str], Path] = {}
        self._schemas: dict[Path, etree.XMLSchema] = {}
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        for path in sorted(folder.rglob("*.xsd")):
            try:
                root = etree.fromstring(path.read_bytes(), parser)
            except etree.XMLSyntaxError as error:
                raise UsageError(f"{path}: it is no XML: {error.msg}") from error
            for child in root.iterchildren(f"{_XS}element"):
                self._files.setdefault((root.get("targetNamespace", ""), child.get("name", "")), path)
        if not self._files:
            raise UsageError(f"{folder}: there is no schema (*.xsd)")

    def problems_of(self, data: bytes) -> tuple[list[DecodeNote], int]:
        """Return what the schemas refuse in a document, and how many of its parts they know.

        The outermost elements that a schema declares are checked, each by its schema: an envelope where the envelope's
        schema is there, else what it carries.
        """
        found: list[DecodeNote] = []
        count = 0
        for element in self._known(parse(data, DEFAULT_LIMITS)):
            count += 1
            schema = self._schema(self._files[namespace(element), local_name(element)])
            if schema.validate(element):
                continue
            for error in cast("list[etree._LogEntry]", schema.error_log):  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
                text = _NAMES.sub("", error.message)
                found.append(DecodeNote(path_of(element), text, error.line or line_of(element)))
        return found, count

    def _known(self, node: Node) -> Iterator[Node]:
        todo = [node]
        while todo:
            each = todo.pop()
            if (namespace(each), local_name(each)) in self._files:
                yield each
            else:
                todo += reversed(list(each.iterchildren("*")))

    def _schema(self, path: Path) -> etree.XMLSchema:
        if path not in self._schemas:
            try:
                self._schemas[path] = etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True)))
            except etree.XMLSchemaParseError as error:
                raise UsageError(f"{path}: {error}") from error
        return self._schemas[path]
