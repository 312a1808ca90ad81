"""An XML element that no class describes, kept whole: unknown nouns, vendor extensions, signatures.

Only structure, no serializer: the codecs make Elements from XML or JSON and write them back. What is kept is what the
XML Information Set calls significant here: names, attributes, text, order, and the prefixes in scope where they are
declared (a ``xsi:type`` or an XPath in a text needs them). Comments, processing instructions and indentation are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element.

    Attributes:
        name: local name.
        namespace: namespace URI, empty for none.
        attributes: by local name, or ``{uri}name`` where they have a namespace.
        text: character data before the first child; of a leaf, its value.
        children: child elements in document order.
        tail: character data after this element inside its parent (mixed content only).
        prefixes: namespace declarations that this element adds to its parent's, prefix -> URI (``""``: the default).
    """

    name: str
    namespace: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    text: str = ""
    children: tuple[Element, ...] = ()
    tail: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)

    def findall(self, path: str) -> list[Element]:
        """Return the descendants at a path of local names (``"MeterReading/Readings"``), always as a list."""
        found = [self]
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
        todo = [self]
        while todo:
            element = todo.pop()
            yield element
            todo.extend(reversed(element.children))
