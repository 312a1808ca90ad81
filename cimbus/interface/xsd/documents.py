"""Schema files, and those that they import and include: read safely, from the disk alone.

No network, no entities, no DTD. Files and octets are limited: a schema comes from a partner or from the net, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NoReturn, cast

import msgspec
from lxml import etree

from cimbus.errors import UsageError
from cimbus.interface.model.xml_name import is_xml_name
from cimbus.interface.schema_error import SchemaError

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
ENVELOPE: Final = ("http://iec.ch/TC57/2011/schema/message", "http://www.iec.ch/TC57/2011/schema/message")
"""Namespaces of the envelope, which is built in."""
_NAMES: Final = ("element", "complexType", "simpleType", "group", "attributeGroup", "attribute")
MOST_FILES: Final = 500
"""Schema files that are read together. The CGMES and ENTSO-E sets, the largest that are public, have fewer than 100."""
MOST_BYTES: Final = 32 * 1024 * 1024
"""Octets of one file. The largest public one, of energy data exchange with its code lists, has less than 1 MB."""

Node = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # lxml has no public name for it


class SchemaDocument(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One schema document.

    Attributes:
        path: its file.
        root: its root element.
        namespace: that of its components; an included one takes its includer's.
        wanted: whether its elements are nouns: those of files that were named, of what they include, and of the
            payloads that a schema of messages imports.

    >>> SchemaDocument(path=Path("a.xsd"), root=etree.XML("<schema/>"), namespace="urn:x", wanted=True).messages
    False
    """

    path: Path
    root: Node
    namespace: str
    wanted: bool

    @property
    def messages(self) -> bool:
        """Whether it declares messages (``{Noun}Message``), of which the envelope is built in."""
        imported = (each.get("namespace") for each in self.root.iterchildren(f"{XS}import"))
        return self.namespace.rstrip("#").endswith("Message") and any(uri in ENVELOPE for uri in imported)


class Documents:
    """What the schema files declare at their top level, by kind and name.

    Attributes:
        documents: in the order in which they were read.
        warnings: what was left out.

    >>> Documents([]).documents
    []
    """

    def __init__(self, paths: Iterable[str | os.PathLike[str]]) -> None:
        self.documents: list[SchemaDocument] = []
        self.warnings: list[str] = []
        self._seen: set[tuple[Path, str | None]] = set()
        self._declared: dict[tuple[str, str, str], Node] = {}
        self._of: dict[Node, SchemaDocument] = {}
        for path in paths:
            self._read(Path(path), None, wanted=True)

    def find(self, kind: str, namespace: str, name: str) -> Node | None:
        """Return the declaration of a top-level component, or None."""
        return self._declared.get((kind, namespace, name))

    def document_of(self, node: Node) -> SchemaDocument:
        """Return the document that a node stands in."""
        return self._of[node.getroottree().getroot()]

    def resolve(self, node: Node, name: str) -> tuple[str, str]:
        """Return (namespace, local name) of a QName that stands in an attribute of a node.

        Raises:
            SchemaError: its prefix is not declared.
        """
        prefix, _, local = name.strip().rpartition(":")
        if prefix == "xml":  # bound by definition (Namespaces in XML, 3)
            return "http://www.w3.org/XML/1998/namespace", local
        uri = node.nsmap.get(prefix or None)
        if uri is None and prefix:
            self.refuse(node, f"the prefix of {name!r} is not declared")
        if uri is None:  # an included document without a target namespace takes its includer's (part 1, 4.2.1)
            own = self.document_of(node)
            return ("" if own.root.get("targetNamespace") else own.namespace), local
        return uri, local

    def place(self, node: Node) -> str:
        """Return ``file:line`` of a node."""
        return f"{self.document_of(node).path}:{node.sourceline}"

    def refuse(self, node: Node, text: str) -> NoReturn:
        """Raise the error for something that cannot be expressed.

        Raises:
            SchemaError: always.
        """
        raise SchemaError(text, file=str(self.document_of(node).path), line=cast("int | None", node.sourceline))

    def warn(self, node: Node, text: str) -> None:
        """Note what is not checked."""
        line = f"{self.place(node)}: {text}"
        if line not in self.warnings:
            self.warnings.append(line)

    def _read(self, path: Path, namespace: str | None, *, wanted: bool) -> None:
        """Read a file, unless it was read already; ``namespace`` is that of the file that includes it."""
        key = path.resolve(), namespace
        if key in self._seen:
            return
        self._seen.add(key)
        if len(self._seen) > MOST_FILES:
            raise SchemaError(f"more than {MOST_FILES} schema files belong together", file=str(path))
        root = _parse(path)
        own = root.get("targetNamespace", namespace or "")
        if namespace is not None and own != namespace:
            raise SchemaError(f"it is included in a schema of {namespace!r}, and is of {own!r}", file=str(path))
        document = SchemaDocument(path=path, root=root, namespace=own, wanted=wanted)
        self._of[root] = document
        for node in root.iter(f"{XS}*"):
            if not is_xml_name(name := node.get("name", "_").strip()):
                self.refuse(node, f"{name!r} is no name (XML Schema part 1, 3.3.2)")
        self._follow(document)
        if own in ENVELOPE:
            self.warnings.append(f"{path}: the envelope is built in; only types of it that others use are read")
        else:
            self.documents.append(document)
        for child in root:
            if str(child.tag).removeprefix(XS) in _NAMES:
                self._declared.setdefault((str(child.tag).removeprefix(XS), own, child.get("name", "")), child)

    def _follow(self, document: SchemaDocument) -> None:
        """Read what a document imports and includes."""
        for child in document.root:
            word = str(child.tag).removeprefix(XS)
            if word in ("redefine", "override"):
                self.refuse(child, f"xs:{word} is not supported: put the changed type into a schema of its own")
            location = child.get("schemaLocation")
            if word not in ("import", "include"):
                continue
            if location is None:
                if child.get("namespace") not in (None, "http://www.w3.org/XML/1998/namespace"):
                    self.warn(child, f"nothing says where {child.get('namespace')!r} is: name its file, too")
                continue
            if "://" in location and not location.startswith("file://"):
                self.warn(child, f"{location} is not fetched; name a local copy of it, too")
                continue
            path = document.path.parent / location.removeprefix("file://")
            if not path.is_file():
                self.refuse(child, f"there is no file {path}")
            included = word == "include"
            wanted = document.wanted and (included or document.messages)
            self._read(path, document.namespace if included else None, wanted=wanted)


def _parse(path: Path) -> Node:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SchemaError(f"it has more than {MOST_BYTES} octets", file=str(path))
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    if b"<!ENTITY" in data:  # never resolved; a schema that needs them means something else than it says
        raise SchemaError("it declares entities", file=str(path))
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SchemaError(f"it is no XML: {error.msg}", file=str(path), line=error.lineno) from error
    if root.tag != f"{XS}schema":
        raise SchemaError(f"its root is {root.tag}, not a schema of XML Schema", file=str(path))
    return root
