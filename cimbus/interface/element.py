"""An XML element that no class describes, kept whole: unknown nouns, vendor extensions, signatures.

Only structure, no serializer: the codecs make elements from XML or JSON and write them back. Names, attributes, text
and order are kept, and each prefix where it is declared, since a ``xsi:type`` or an XPath in a text needs the prefixes
in scope (W3C XML Information Set, [in-scope namespaces]). Comments, processing instructions and indentation are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class XmlElement:
    """One element; a value, not to be changed. Two are equal when everything but their prefixes is.

    Attributes:
        name: local name.
        namespace: namespace URI, empty for none.
        attributes: by local name, or ``{uri}name`` where they have a namespace.
        text: character data before the first child; of a leaf, its value.
        children: child elements in document order.
        tail: character data after this element inside its parent (mixed content only).
        prefixes: namespace declarations that this element adds to its parent's, prefix -> URI (``""``: the default).

    >>> XmlElement("Outage", "urn:x", children=[XmlElement("mRID", "urn:x", text="o-1")])
    <Element Outage in 'urn:x', 1 children, text ''>
    """

    # Neither dataclass nor Struct: msgspec and orjson would serialize those by their fields, and not call our hooks.
    __slots__ = ("attributes", "children", "name", "namespace", "prefixes", "tail", "text")

    def __init__(
        self,
        name: str,
        namespace: str = "",
        *,
        attributes: Mapping[str, str] = _NONE,
        text: str = "",
        children: Iterable[XmlElement] = (),
        tail: str = "",
        prefixes: Mapping[str, str] = _NONE,
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.attributes = attributes
        self.text = text
        self.children = tuple(children)
        self.tail = tail
        self.prefixes = prefixes

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, XmlElement):
            return NotImplemented
        return (
            (self.name, self.namespace, self.text, self.tail) == (other.name, other.namespace, other.text, other.tail)
            and dict(self.attributes) == dict(other.attributes)
            and self.children == other.children
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        text = self.text[:40]  # enough to recognise a value in a log line
        return f"<Element {self.name} in {self.namespace!r}, {len(self.children)} children, text {text!r}>"

    def findall(self, path: str) -> list[XmlElement]:
        """Return the descendants at a path of local names (``"MeterReading/Readings"``), always as a list.

        >>> parent = XmlElement("A", children=[XmlElement("B", text="1"), XmlElement("B", text="2")])
        >>> [each.text for each in parent.findall("B")]
        ['1', '2']
        """
        found: list[XmlElement] = [self]
        for name in path.split("/"):
            found = [child for parent in found for child in parent.children if child.name == name]
        return found

    def find(self, path: str) -> XmlElement | None:
        """Return the first descendant at a path of local names, or None.

        >>> XmlElement("A", children=[XmlElement("B", text="1")]).find("B").text
        '1'
        """
        return next(iter(self.findall(path)), None)

    def value(self, path: str, default: str = "") -> str:
        """Return the text of the first descendant at a path of local names, or the default where there is none.

        >>> XmlElement("A", children=[XmlElement("B", text="1")]).value("B"), XmlElement("A").value("B", "none")
        ('1', 'none')
        """
        found = self.find(path)
        return default if found is None else found.text

    def iter(self) -> Iterator[XmlElement]:
        """Yield this element and its descendants in document order.

        >>> [each.name for each in XmlElement("A", children=[XmlElement("B"), XmlElement("C")]).iter()]
        ['A', 'B', 'C']
        """
        # a stack instead of recursion: the depth of a document is bounded by Limits, not by Python's recursion limit
        todo: list[XmlElement] = [self]
        while todo:
            element = todo.pop()
            yield element
            todo.extend(reversed(element.children))
