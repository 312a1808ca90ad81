"""Typed objects out of the XML of a document of any size: the parser is fed piece by piece, and elements are freed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final, Generic, TypeVar, cast

from lxml import etree

from cimbus.errors import DecodeError
from cimbus.interface.codecs.class_names import ClassNames
from cimbus.interface.codecs.limits import Limits, WorkBudget, beyond
from cimbus.interface.model import Cim, find_class

from .decode_context import DecodeContext
from .parsers import free, pull_parser
from .source import Node, line_of, local_name
from .walker import braced, read_any, walker

C = TypeVar("C", bound=Cim)

_REASON: Final = 400
"""Characters of libxml2's reason: it repeats names, which a sender chooses."""


def read_object(node: Node, cls: type[C], context: DecodeContext) -> C:
    """Return one object; a noun as ``decode`` would read it.

    Raises:
        DecodeError: it is called like the noun, and is not as its class.

    >>> from cimbus.nouns import Name
    >>> read_object(etree.fromstring("<Names><name>m</name></Names>"), Name, DecodeContext()).name
    'm'
    """
    if find_class(cls) is None:
        context.in_noun = True
        return cast("C", walker(cls)(node, context, braced(node)))
    made: Any = read_any(node, context)
    if not isinstance(made, cls):
        raise DecodeError(f"<{local_name(node)}> is not as {cls.__name__} has it", line=line_of(node))
    return made


class XmlObjects(Generic[C]):
    """The objects of one XML document.

    Args:
        chunks: the document, in UTF-8.
        cls: their class.
        names: the names of their elements.
        limits: ``max_depth`` for the document, all others for each object.
        zone: the zone of times that are written without one.

    >>> from cimbus.nouns import Name
    >>> chunks = iter([b"<a><Names><name>m</name></Names></a>"])
    >>> [each.name for each in XmlObjects(chunks, Name, ClassNames(Name), Limits(), None)]
    ['m']
    """

    def __init__(
        self, chunks: Iterator[bytes], cls: type[C], names: ClassNames, limits: Limits, zone: tzinfo | None
    ) -> None:
        self._chunks = chunks
        self._class = cls
        self._names = names
        self._limits = limits
        self._zone = zone
        self._depth = 0
        """Elements that are open."""
        self._inside: int | None = None
        """How many were open when the object began that is read now."""
        self._nodes = 0
        """Its elements so far."""

    def __iter__(self) -> Iterator[C]:
        """Yield the objects in the order of the document.

        Raises:
            DecodeError: it is not well-formed XML; what came before was yielded.
            UnsafeError: beyond the limits.
        """
        parser = pull_parser(huge=True)
        try:
            for chunk in self._chunks:
                parser.feed(chunk)
                yield from self._ended(parser)
            parser.close()
        except etree.XMLSyntaxError as error:
            raise DecodeError(f"not well-formed XML: {error.msg}"[:_REASON], line=error.lineno) from None
        yield from self._ended(parser)

    def _ended(self, parser: etree.XMLPullParser) -> Iterator[C]:
        """Yield the objects whose end tags have come; free what is in none."""
        for event, item in parser.read_events():
            node = cast("Node", item)
            if event == "start":
                self._started(node)
                continue
            self._depth -= 1
            if self._depth == self._inside:
                self._inside = None
                context = DecodeContext(limits=self._limits, budget=WorkBudget(self._limits), zone=self._zone)
                yield read_object(node, self._class, context)
            if self._inside is None:
                free(node)

    def _is_wanted(self, node: Node) -> bool:
        above = node.getparent()
        return self._names.has(local_name(node), "" if above is None else local_name(above))

    def _started(self, node: Node) -> None:
        """Count an element that has begun.

        Raises:
            UnsafeError: it is nested too deeply, or an object has too many elements.
        """
        if self._inside is None:
            self._nodes = 0
            if self._is_wanted(node):
                self._inside = self._depth
        self._depth += 1
        self._nodes += 1
        if self._depth > self._limits.max_depth:
            raise beyond("elements are nested deeper", "max_depth", self._limits.max_depth)
        if self._nodes > self._limits.max_nodes:
            raise beyond("more elements in one object", "max_nodes", self._limits.max_nodes)
