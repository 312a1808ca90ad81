"""An XML element that no class describes, kept whole: unknown nouns, vendor extensions, signatures.

Only structure, no serializer: the codecs make Elements from XML or JSON and write them back. What is kept is what the
XML Information Set calls significant here: names, attributes, text, order, and the prefixes in scope where they are
declared (a ``xsi:type`` or an XPath in a text needs them). Comments, processing instructions and indentation are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Element:
    """One element; a value, not to be changed. Two are equal when all but their prefixes is.

    Attributes:
        name: local name.
        namespace: namespace URI, empty for none.
        attributes: by local name, or ``{uri}name`` where they have a namespace.
        text: character data before the first child; of a leaf, its value.
        children: child elements in document order.
        tail: character data after this element inside its parent (mixed content only).
        prefixes: namespace declarations that this element adds to its parent's, prefix -> URI (``""``: the default).
    """

    # No dataclass: serializers know what to do with those, and would do it.
    __slots__ = ("attributes", "children", "name", "namespace", "prefixes", "tail", "text")

    def __init__(
        self,
        name: str,
        namespace: str = "",
        *,
        attributes: Mapping[str, str] = _NONE,
        text: str = "",
        children: Iterable[Element] = (),
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
        if not isinstance(other, Element):
            return NotImplemented
        return (
            (self.name, self.namespace, self.text, self.tail) == (other.name, other.namespace, other.text, other.tail)
            and dict(self.attributes) == dict(other.attributes)
            and self.children == other.children
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Element {self.name} in {self.namespace!r}, {len(self.children)} children, text {self.text[:40]!r}>"

    def findall(self, path: str) -> list[Element]:
        """Return the descendants at a path of local names (``"MeterReading/Readings"``), always as a list."""
        found: list[Element] = [self]
        for name in path.split("/"):
            found = [child for parent in found for child in parent.children if child.name == name]
        return found

    def find(self, path: str) -> Element | None:
        """Return the first descendant at a path of local names, or None."""
        return next(iter(self.findall(path)), None)

    def value(self, path: str, default: str = "") -> str:
        """Return the text of the first descendant at a path of local names."""
        found = self.find(path)
        return default if found is None else found.text

    def iter(self) -> Iterator[Element]:
        """Yield this element and its descendants in document order."""
        todo: list[Element] = [self]
        while todo:
            element = todo.pop()
            yield element
            todo.extend(reversed(element.children))
