"""Objects out of RDF/XML that comes piece by piece; what was read is freed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from lxml import etree

from cimbus.errors import DecodeError, UnsafeError
from cimbus.interface.codecs.limits import Limits, beyond, check_name, check_uri
from cimbus.interface.codecs.xml.parsers import free, pull_parser
from cimbus.interface.codecs.xml.source import Node, line_of

from .header import ModelHeader, ModelKind, header_of
from .objects import RDF, Change, RdfObject, RdfProperty

_REASON: Final = 400
"""Characters of libxml2's reason: it repeats names, which a sender chooses."""
_MOST_NAMES: Final = 50_000
"""Different names of elements: the parser keeps each to the end. The CIM has some 15 000 attributes and classes."""
_KINDS: Final = {"FullModel": ModelKind.full, "DifferenceModel": ModelKind.difference, "Model": ModelKind.full}
"""Headers by the name of their element, since their namespaces vary by year and host."""
_ID: Final = f"{{{RDF}}}ID"
_ABOUT: Final = f"{{{RDF}}}about"
_NODE: Final = f"{{{RDF}}}nodeID"
_RESOURCE: Final = f"{{{RDF}}}resource"
_TYPE: Final = f"{{{RDF}}}type"
_PARSE_TYPE: Final = f"{{{RDF}}}parseType"
_SYNTAX: Final = frozenset({_ID, _ABOUT, _NODE, _RESOURCE, _PARSE_TYPE, f"{{{RDF}}}datatype"})
_DEEPEST: Final = 256
"""Levels, whatever the limits say: what is in a property is read by recursion. CIM RDF/XML has five or six."""
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


class ModelParser:
    """Reads one document.

    Args:
        limits: ``max_depth`` (256 at most) for the document; ``max_bytes``, ``max_nodes``, ``max_attributes`` and the
            lengths of names for each object.

    Attributes:
        header: what the model says of itself, as far as that was met.

    >>> parser = ModelParser(Limits())
    >>> start = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:c="urn:c#">'
    >>> [each.id for each in parser.read(iter([start.encode(), b'<c:Line r:ID="_1"/>', b"</r:RDF>"]))]
    ['_1']
    """

    def __init__(self, limits: Limits) -> None:
        self.header = ModelHeader()
        self._limits = limits
        self._deepest = min(limits.max_depth, _DEEPEST)
        self._names: dict[str, tuple[str, str]] = {}
        self._depth = 0
        self._at = 2
        """The depth at which objects stand: 2, or 4 in the parts of a difference model."""
        self._change = Change.none
        self._said: list[RdfProperty] = []
        """The properties of the header of a difference model, which ends behind its parts."""
        self._nodes = 0
        self._octets = 0

    def read(self, chunks: Iterator[bytes]) -> Iterator[RdfObject]:
        """Yield the objects in the order of the document.

        Args:
            chunks: the document, in UTF-8.

        Raises:
            DecodeError: it is not well-formed, or no RDF; what came before was yielded.
            UnsafeError: beyond the limits.
        """
        parser = pull_parser(huge=True)
        try:
            for chunk in chunks:
                self._octets += len(chunk)
                parser.feed(chunk)
                yield from self._events(parser)
                if self._octets > self._limits.max_bytes:
                    raise beyond("more octets in one object", "max_bytes", self._limits.max_bytes)
            parser.close()
        except etree.XMLSyntaxError as error:
            raise DecodeError(f"not well-formed XML: {error.msg}"[:_REASON], line=error.lineno) from None
        yield from self._events(parser)

    def _events(self, parser: etree.XMLPullParser) -> Iterator[RdfObject]:
        for event, item in parser.read_events():
            if event == "start":
                self._depth += 1
                self._nodes += 1
                # most elements are properties, of which only the number counts yet
                if self._depth <= self._at or self._depth > self._deepest or self._nodes > self._limits.max_nodes:
                    self._start(cast("Node", item))
                continue
            depth, self._depth = self._depth, self._depth - 1
            if depth > self._at:
                continue
            node = cast("Node", item)
            made = self._end(node, depth)
            free(node)
            self._nodes = self._octets = 0
            if made is not None:
                yield made

    def _start(self, node: Node) -> None:
        """Find out where objects stand; refuse what is nested too deeply, or too large."""
        if self._depth > self._deepest:
            raise beyond("elements are nested deeper", "max_depth", self._deepest)
        if self._nodes > self._limits.max_nodes:
            raise beyond("more elements in one object", "max_nodes", self._limits.max_nodes)
        namespace, name = self._name(str(node.tag))
        for key in node.attrib:
            self._name(str(key))
        if self._depth == 1:
            if (namespace, name) != (RDF, "RDF"):
                raise DecodeError(f"the root is {name[:60]!r}, not rdf:RDF: no network model", line=line_of(node))
        elif self._depth == 2:
            self._at = 3 if name == "DifferenceModel" else 2
        elif self._depth == 3 and self._at == 3 and name in Change.__members__.values():
            self._at, self._change = 4, Change(name)
            if not self.header.kind:
                self._set_header(node.getparent())

    def _end(self, node: Node, depth: int) -> RdfObject | None:
        """Return the object that has ended, or take up what belongs to the header."""
        if depth == self._at and depth != 3:
            made = self._object(node)
            kind = _KINDS.get(made.cls) if depth == 2 else None
            if kind is None or self.header.kind:
                return made
            self.header = header_of(made, kind)
        elif depth == 3 and self._at == 3:
            if len(self._said) >= self._limits.max_nodes:
                raise beyond("more elements in one object", "max_nodes", self._limits.max_nodes)
            self._said.append(self._property(node))
        elif depth == 3:
            self._at, self._change = 3, Change.none
        elif depth == 2:
            self._set_header(node)
            self._at, self._said = 2, []
        return None

    def _set_header(self, node: Node | None) -> None:
        identity = "" if node is None else _identity(node)[0]
        element = RdfObject(cls="DifferenceModel", id=identity, properties=tuple(self._said))
        self.header = header_of(element, ModelKind.difference)

    def _name(self, tag: str) -> tuple[str, str]:
        """Return (namespace, local name) of a tag.

        Raises:
            UnsafeError: a name is too long, or there are too many.
        """
        found = self._names.get(tag)
        if found is None:
            if len(self._names) >= _MOST_NAMES:
                raise UnsafeError(f"more than {_MOST_NAMES} different names: no CIM model has so many")
            uri, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
            check_name(local, self._limits)
            check_uri(uri, self._limits)
            found = self._names[tag] = (uri, local)
        return found

    def _object(self, node: Node) -> RdfObject:
        namespace, cls = self._name(str(node.tag))
        identity, defined = _identity(node)
        properties = [self._property(child) for child in node]
        if len(node.attrib) > bool(identity):
            properties += self._of_attributes(node)
        if namespace == RDF and cls == "Description":  # its class may be a property
            kind = next((child.get(_RESOURCE) for child in node if child.tag == _TYPE), None)
            if kind:
                base, mark, cls = kind.rpartition("#")
                namespace = base + mark
                properties = [each for each in properties if each.name != "type" or each.namespace != RDF]
        return RdfObject(
            cls=cls,
            namespace=namespace,
            id=identity,
            defined=defined,
            properties=tuple(properties),
            change=self._change,
        )

    def _of_attributes(self, node: Node) -> Iterator[RdfProperty]:
        """Yield the properties that are written as attributes (RDF/XML, 2.5)."""
        if len(node.attrib) > self._limits.max_attributes:
            raise beyond("more attributes on one element", "max_attributes", self._limits.max_attributes)
        for key, value in node.attrib.items():
            if (tag := str(key)) not in _SYNTAX and not tag.startswith(_XML):
                namespace, name = self._name(tag)
                yield RdfProperty(name=name, namespace=namespace, value=str(value))

    def _property(self, node: Node) -> RdfProperty:
        namespace, name = self._name(str(node.tag))
        resource = node.get(_RESOURCE)
        if len(node) or len(node.attrib) != (resource is not None):
            self._check_names(node)
        if resource is not None:
            return RdfProperty(name=name, namespace=namespace, resource=resource)
        if (blank := node.get(_NODE)) is not None:
            return RdfProperty(name=name, namespace=namespace, resource=f"_:{blank}")
        if len(node) == 0:
            return RdfProperty(name=name, namespace=namespace, value=node.text or "")
        kind = node.get(_PARSE_TYPE)
        if kind == "Literal":
            return RdfProperty(name=name, namespace=namespace, value="".join(str(text) for text in node.itertext()))
        inside: tuple[RdfObject, ...]
        if kind == "Resource":  # an object without class, whose properties stand here (RDF/XML, 2.11)
            inside = (RdfObject(cls="", properties=tuple(self._property(child) for child in node)),)
        else:
            inside = tuple(self._object(child) for child in node)
        return RdfProperty(name=name, namespace=namespace, content=inside)

    def _check_names(self, node: Node) -> None:
        """Count the names of a property's attributes, and of all in what is read as a text or not at all."""
        opaque = node.get(_RESOURCE) is not None or node.get(_PARSE_TYPE) == "Literal"
        for each in node.iter() if opaque else (node,):
            self._name(str(each.tag))
            for key in each.attrib:
                self._name(str(key))


def _identity(node: Node) -> tuple[str, bool]:
    """Return an identity as it is written, and whether it defines the object."""
    if (own := node.get(_ID)) is not None:
        return own, True
    about = node.get(_ABOUT)
    blank = node.get(_NODE)
    return about if about is not None else f"_:{blank}" if blank else "", False
