"""Elements whose ``xsi:type`` names a class that extends the declared one (XML Schema part 1, 2.6.1)."""

from __future__ import annotations

from typing import Any, Final

from cimbus.interface.codecs.lexical import SPACE
from cimbus.interface.model import substitutes_of, xsi_type_of

from .notes import NoteCollector
from .source import Node, namespace

XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
XSI_TYPE: Final = XSI + "type"
"""Names the type of an element's content, where it is one that extends the declared one (2.6.1)."""
_SHOWN: Final = 40
"""Characters of a name that are repeated in a note: enough to find it."""


class TypeSubstitution(NoteCollector):
    """Finds the class that an element is of.

    Attributes:
        unordered: whether the document was JSON.

    >>> from lxml import etree
    >>> from cimbus.nouns import Name
    >>> TypeSubstitution().substitute(etree.fromstring("<Names/>"), Name) is None
    True
    """

    unordered = False
    _substituted: Node | None = None
    """The element whose ``xsi:type`` was followed last."""
    _said: Node | None = None
    """The element whose ``xsi:type`` is that of its own class."""

    def substitute(self, node: Node, cls: type[Any]) -> type[Any] | None:
        """Return the class that an element's ``xsi:type`` names in place of one; None if that is read."""
        value = node.get(XSI_TYPE, "").strip(SPACE)
        ours = self.unordered and value.startswith("#")  # our own JSON says it of every object
        if ours:
            node.set(XSI_TYPE, value := value[1:])
        prefix, _, local = value.rpartition(":")
        found = substitutes_of(cls).get(local)
        if found is None and local != (xsi_type_of(cls) or cls.__name__):
            return None
        uri = node.nsmap.get(prefix or None, "")
        if not self.unordered and uri != namespace(node):
            self.note(node, f"xsi:type {value[:_SHOWN]!r} is of namespace {uri[:_SHOWN]!r}: read as the element's own")
        if found is not None or ours:
            self._substituted = node
        elif node is not self._substituted:
            self._said = node
        return found

    def is_followed(self, node: Node) -> bool:
        """Return whether the ``xsi:type`` of an element is said by its class."""
        return node is self._substituted

    def is_own(self, node: Node) -> bool:
        """Return whether the ``xsi:type`` of an element is that of its declared class."""
        return node is self._said
