"""One reading of one document: what is forgiven, and what is not.

Everything unusual that a walker meets comes here, out of its way: in lenient reading it becomes a ``Note`` and the
reading goes on, in strict reading the first one is the end.
"""

from __future__ import annotations

from typing import Any, Final, cast

from lxml import etree

from cimbus.codecs.lexical import Inexact
from cimbus.codecs.limits import DEFAULT_LIMITS, Limits
from cimbus.envelope import NAMESPACE
from cimbus.errors import StrictError
from cimbus.message import Note
from cimbus.model import FIRST, ClassSpec, Stray

from .elements import to_element
from .source import Node, line_of, local_name, namespace, path_of

XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS: Final = frozenset({XSI + "schemaLocation", XSI + "noNamespaceSchemaLocation"})
_MIXED: Final = etree.XPath("descendant-or-self::*[*]/text()[normalize-space()]")
_OWN_TEXT: Final = etree.XPath("text()[normalize-space()]")
MAX_NOTES: Final = 1_000
"""Notes kept of one message; a hostile one could earn millions."""

Strays = list[Stray] | None
Attributes = dict[str, str] | None


def tolerated(uri: str, parent: str) -> bool:
    """Return whether a child in namespace ``uri`` may still be the parent's own: unqualified, or of the IEC's."""
    return not uri or uri in (parent, NAMESPACE) or ("iec.ch/TC57/" in uri and "iec.ch/TC57/" in parent)


class Reading:
    """The state of decoding one message.

    ``unordered``: the document was JSON, where order means nothing and attributes look like children.
    """

    def __init__(self, *, strict: bool = False, limits: Limits = DEFAULT_LIMITS, unordered: bool = False) -> None:
        self.strict = strict
        self.limits = limits
        self.unordered = unordered
        self._notes: list[Note] = []
        self._said: set[tuple[str, str]] = set()

    def take_notes(self) -> tuple[Note, ...]:
        """Return the notes made since the last call."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def note(self, node: Node, text: str, *, child: str = "") -> None:
        """Record something forgiven.

        Raises:
            StrictError: this reading forgives nothing.
        """
        if len(self._notes) >= MAX_NOTES:
            return
        path = f"{path_of(node)}/{child}" if child else path_of(node)
        if self.strict:
            raise StrictError(text, path=path, line=line_of(node))
        self._notes.append(Note(path, text))

    def note_once(self, node: Node, about: str, text: str) -> None:
        """Record something that would be said of every element, at the first one only."""
        if (about, text) not in self._said:
            self._said.add((about, text))
            self.note(node, text)

    # -- called by walkers where a document is not as the class says -----------------------------------------------

    def odd(self, node: Node, spec: ClassSpec) -> str:
        """Return the name under which the class knows a child that it does not know at first sight.

        ``"*"``: it is the one noun of whatever name; ``""``: nothing known, keep it as a stray.
        """
        local, uri = local_name(node), namespace(node)
        above = node.getparent()
        if tolerated(uri, "" if above is None else namespace(above)):
            for field in spec.fields:
                if field.kind != "any" and field.xml == local and (field.place == "element" or self.unordered):
                    if not self.unordered:
                        self.note_once(node, uri, f"in namespace {uri!r}: read as the message's own")
                    return field.xml if field.place == "element" else f"@{field.xml}"
            if found := next((f for f in spec.elements if f.xml.lower() == local.lower()), None):
                self.note_once(node, local, f"read as {found.xml}")
                return found.xml
        if spec.any is not None:
            return "*"
        if spec.wildcard is None or not uri or uri == NAMESPACE:
            self.note(node, "not part of the standard: kept as it is")
        return ""

    def late(self, node: Node, *, repeated: bool) -> bool:
        """Note a child that comes out of order; return whether it is a repetition, to be kept as a stray."""
        if repeated:
            self.note(node, "may stand only once: the first is used, this one is kept as it is")
        elif not self.unordered:
            self.note(node, "not in the order of the schema")
        return repeated

    def stray(self, node: Node, strays: Strays, spec: ClassSpec, position: int) -> list[Stray]:
        """Keep an element that has no place in its class, with the child it came after (its position in the spec)."""
        last = position == len(spec.fields) or spec.wildcard == spec.fields[position - 1].xml
        after = "" if spec.wildcard is not None and last else spec.fields[position - 1].xml if position else FIRST
        kept = Stray(element=to_element(node), after=after)
        if strays is None:
            return [kept]
        strays.append(kept)
        return strays

    def leaf(self, node: Node, extra: Attributes) -> tuple[str | None, Attributes]:
        """Read the text of a leaf that has attributes or children; None if it is declared nil."""
        nil = node.get(XSI + "nil", "")
        for name, value in node.attrib.items():
            key = str(name)
            if key in _HINTS:
                continue
            self.note(node, f"attribute {key!r} is not part of the standard")
            if key != XSI + "nil":
                extra = {} if extra is None else extra
                extra[f"{local_name(node)}@{key}"] = str(value)
        if len(node):
            self.note(node, "has elements where a text belongs: their text is used")
        text = "".join(str(t) for t in node.itertext()) if len(node) else node.text
        return (None if nil in ("true", "1") and not text else text or ""), extra

    def attributes(self, node: Node, known: tuple[str, ...], extra: Attributes) -> Attributes:
        """Keep the attributes of an element that its class does not know."""
        for key, value in node.attrib.items():
            if key not in known and key not in _HINTS:
                self.note(node, f"attribute {key!r} is not part of the standard: kept as it is")
                extra = {} if extra is None else extra
                extra[str(key)] = str(value)
        return extra

    def inexact(self, node: Node, error: ValueError | Inexact) -> Any:
        """Return the value that a text outside its lexical space still means, or None: keep it as a stray."""
        if isinstance(error, Inexact):
            self.note(node, error.note)
            return error.value
        self.note(node, f"{error}: kept as it is")
        return None

    def missing(self, node: Node, name: str) -> None:
        """Note that a mandatory child is not there."""
        self.note(node, "mandatory, and missing", child=name)

    def mixed(self, node: Node) -> None:
        """Note text that stands between elements; no class has a place for it.

        Strict reading looks through a whole area, lenient reading where a walker has seen some.
        """
        for text in cast("list[Any]", (_MIXED if self.strict else _OWN_TEXT)(node)):
            self.note(text.getparent(), f"text between elements is dropped: {str(text).strip()[:40]!r}")
