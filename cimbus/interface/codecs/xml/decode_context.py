"""The state of decoding one document: what is accepted although the schema does not allow it.

Generated walkers call this class for everything unusual. It makes a ``DecodeNote`` of it and goes on; strict decoding
refuses the document at the end.
"""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from typing import Any, Final

from cimbus.interface.codecs.inexact import (
    AllowedError,
    InexactError,
    InfinityError,
    LooseNoZoneError,
    NoZoneError,
    SpelledError,
)
from cimbus.interface.codecs.lexical import SPACE, is_written_as
from cimbus.interface.codecs.limits import DEFAULT_LIMITS, Limits, WorkBudget
from cimbus.interface.envelope import NAMESPACE
from cimbus.interface.model import FIRST, ClassSpec, Extension, FieldSpec, find_noun, per_class, spec_of
from cimbus.interface.notation import in_zone

from .areas import tolerated
from .elements import KEPT, ORDER, PLACE, UNTYPED, ElementReader, check_attributes
from .kept_keys import declare, in_namespace, of_present, order_of
from .source import Node, local_name, lower_name, namespace
from .type_substitution import XSI, XSI_TYPE, TypeSubstitution

# hints for validators, allowed on every element (XML Schema part 1, 2.6.3)
_HINTS: Final = frozenset({XSI + "schemaLocation", XSI + "noNamespaceSchemaLocation", PLACE, UNTYPED})
_SHOWN: Final = 40
"""Characters of a text that are repeated in a note: enough to find it."""
_UNKNOWN: Final = "not an element that the class has: kept as it is"

NO_PACKAGES: Final[frozenset[str]] = frozenset()
Kept = list[Extension] | None
"""The extensions of one object so far; None where there are none: cheaper than an empty list for each object."""
Attributes = dict[str, str] | None
"""Its unknown attributes so far."""


@per_class
def _names(cls: type[Any]) -> tuple[dict[str, FieldSpec], dict[str, str]]:
    """Return a class's fields by name, and its elements' names by their lower case; the first of two counts."""
    spec = spec_of(cls)
    exact = {field.xml: field for field in reversed(spec.fields) if field.kind != "any"}
    return exact, {field.xml.lower(): field.xml for field in reversed(spec.elements)}


@per_class
def _places(cls: type[Any]) -> frozenset[str]:
    """Return what ``Extension.after`` can be in a class."""
    return frozenset({FIRST, "", *(field.xml for field in spec_of(cls).fields if field.place == "element")})


class DecodeContext(TypeSubstitution):
    """The state of decoding one message.

    Args:
        strict: collect what the schema does not allow, for ``check`` to raise.
        limits: bounds for what is parsed on the way (Compressed, escaped XML).
        unordered: the document was JSON, where order means nothing and attributes look like children.
        budget: what may still be done for this document; a new one by default.
        zone: the zone of times that have none; UTC by default.
        mixed_text: whether there may be text behind elements; False if the document was searched and has none.

    >>> from lxml import etree
    >>> context = DecodeContext()
    >>> context.note(etree.fromstring("<Message/>"), "something unusual")
    >>> [str(note) for note in context.take_notes()]
    ['Message: something unusual']
    """

    # defaults of the class: most documents need none of their own
    kept = 0
    """How many elements were kept beyond their classes."""
    packages = NO_PACKAGES
    """Namespaces in which children of a noun may be, beside the noun's own (one for each package of CIM)."""
    look = True
    """Whether each leaf is asked for what does not belong there; else ``seen`` counts the nodes that are read."""
    seen = 0
    query: Node | None = None
    """The query in the request area that is read; it is no child of the area's class."""
    in_noun = False
    """Whether a payload is read, of which the spelling of values is kept."""
    _operation: tuple[Node | None, str] = (None, "")
    """The operation that was looked at last, and the noun that it names."""
    _elements: ElementReader | None = None

    def __init__(
        self,
        *,
        strict: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        unordered: bool = False,
        budget: WorkBudget | None = None,
        zone: tzinfo | None = None,
        mixed_text: bool = True,
    ) -> None:
        super().__init__(strict=strict)
        self.unordered = unordered
        self.limits = limits
        self.budget = budget or WorkBudget(limits)
        self.zone = zone
        self.mixed_text = mixed_text
        self._unknown: dict[tuple[type, str, str, bool], str] = {}
        """What ``odd`` answered for children that no class knows: (class, tag, tag of the parent) -> answer."""

    @property
    def elements(self) -> ElementReader:
        """Reads what no class describes; made when there is something of the kind."""
        if self._elements is None:
            self._elements = ElementReader(self.budget)
        return self._elements

    def forget_names(self) -> None:
        """Forget which children no class knows, since other namespaces count now."""
        self._unknown.clear()

    # -- called by walkers where a document is not as the class says --------------------------------------------------

    def odd(self, node: Node, spec: ClassSpec, extra: Attributes) -> tuple[str, Attributes]:
        """Return the name under which the class knows a child that it does not know at first sight.

        ``"*"``: it is the one noun of whatever name; ``""``: unknown, to be kept as an extension; ``"-"``: it is not
        read here. A child in another namespace than its parent is remembered in the attributes that are kept.
        """
        if node is self.query:
            return "-", extra
        if self.in_noun and self.unordered and node.get(PLACE) is not None:  # our own form says that it is none
            return "", extra
        above = node.getparent()
        parent = "" if above is None else namespace(above)
        # what the JSON reader gives a place was an element in XML, and is no attribute or text of its class
        element = not self.unordered or PLACE in node.attrib
        key = (spec.cls, str(node.tag), "" if above is None else str(above.tag), element)
        answer = self._unknown.get(key)
        if answer is None:
            answer = self._sought(node, spec, parent, element=element)
            if answer in ("", "*"):
                self._unknown[key] = answer
        # an ##other wildcard allows elements of other namespaces than the schema's, and no unqualified ones
        if not answer and (spec.wildcard is None or (uri := namespace(node)) == "" or uri == NAMESPACE):
            self.note(node, "not part of the standard: kept as it is" if parent == NAMESPACE else _UNKNOWN)
        if answer and answer[0] not in "*@-" and self.in_noun and not self.unordered:
            return in_namespace(node, above, answer, {} if extra is None else extra)
        return answer, extra

    def _sought(self, node: Node, spec: ClassSpec, parent: str, *, element: bool) -> str:
        """Look for a child among the fields, by local name and then in another case; ``element``: among elements."""
        self.budget.spend(1)
        local, uri = local_name(node), namespace(node)
        if tolerated(uri, parent) or uri in self.packages:
            exact, lower = _names(spec.cls)
            field = exact.get(local)
            if field is not None and (field.place == "element" or not element):
                if not self.unordered and uri not in (parent, NAMESPACE):
                    self.note_once(node, uri, f"in namespace {uri!r}: read as the message's own")
                return field.xml if field.place == "element" else f"@{field.xml}"
            if (name := lower.get(local.lower())) is not None:
                self.note_once(node, local, f"read as {name}")
                return name
        return "*" if spec.any is not None and self._is_noun(node, uri, parent) else ""

    def _is_noun(self, node: Node, uri: str, parent: str) -> bool:
        """Return whether a child of an operation is its noun, not an element that the envelope does not have."""
        if uri != parent or find_noun(local_name(node), "") is not None:
            return True
        above = node.getparent()
        if self._operation[0] is not above:  # once for each operation, so that many children cost no more
            named = (each.text or "" for each in (above if above is not None else ()) if lower_name(each) == "noun")
            self._operation = (above, next(named, "").strip(SPACE))
        return self._operation[1] == local_name(node)

    def order(self, node: Node, extra: Attributes, spec: ClassSpec) -> Attributes:
        """Keep the order of the children of a noun that are not in that of the schema."""
        if not self.in_noun or self.unordered:
            return extra
        return {**(extra or {}), ORDER: order_of(node, *_names(spec.cls))}

    def present(self, node: Node, extra: dict[str, str], values: tuple[tuple[str, Any], ...]) -> dict[str, str]:
        """Return what is kept of an object, with the namespaces of children that it has and that are not its own."""
        return of_present(extra, values, None if self.unordered else namespace(node))

    def late(self, node: Node, *, repeated: bool) -> bool:
        """Note a child that comes out of order; return whether it is a repetition, to be kept as an extension."""
        if repeated:
            self.note(node, "may stand only once: the first is used, this one is kept as it is")
        elif not self.unordered:
            self.note(node, "not in the order of the schema")
        return repeated

    def keep(
        self, node: Node, kept: Kept, spec: ClassSpec, position: int, *, repeated: bool = False
    ) -> list[Extension]:
        """Keep an element that has no place in its class, with the child it came after (its position in the spec).

        A repeated child is written behind the first, though the wildcard of the schema may stand before it.
        """
        last = position == len(spec.fields) or spec.wildcard == spec.fields[position - 1].xml
        wild = spec.wildcard is not None and last and not (repeated and spec.wildcard)
        after = "" if wild else spec.fields[position - 1].xml if position else FIRST
        if self.unordered and (place := str(node.attrib.pop(PLACE, after))) != after and place in _places(spec.cls):
            after = place
        extension = Extension(element=self.elements.read(node), after=after)
        self.kept += 1
        if kept is None:
            return [extension]
        kept.append(extension)
        return kept

    def leaf(
        self, node: Node, extra: Attributes, known: str, *, nillable: bool = False
    ) -> tuple[str | None, Attributes]:
        """Read the text of the leaf ``known``, which has attributes or children; None if it is declared nil."""
        if names := node.keys():
            check_attributes(names, self.limits, node)
        nil = node.get(XSI + "nil", "")  # XML Schema part 1, 2.6.2: the element is there, and has no value
        for name, value in node.attrib.items():
            key = str(name)
            if key in _HINTS or (nillable and key == XSI + "nil"):
                continue
            self.note(node, f"attribute {key!r} is not part of the class")
            if key != XSI + "nil":
                extra = {} if extra is None else extra
                extra[f"{known}@{key}"] = str(value)
                declare(node, str(value), extra, f"{known}@")
        if len(node):
            self.note(node, "has elements where a text belongs: their text is used")
        text = "".join(str(t) for t in node.itertext()) if len(node) else node.text
        return (None if nil in ("true", "1") and not text else text or ""), extra

    def without(self, extra: dict[str, str], node: Node, known: str) -> Attributes:
        """Take the attributes of a leaf away again, which is kept with them since its text has no value."""
        for name in node.keys():  # noqa: SIM118  # lxml elements are sequences of their children
            extra.pop(f"{known}@{name!s}", None)
        return extra or None

    def attributes(self, node: Node, known: tuple[str, ...], extra: Attributes) -> Attributes:
        """Keep the attributes of an element that its class does not know."""
        check_attributes(node.keys(), self.limits, node)
        for key, value in node.attrib.items():
            if key == KEPT:
                extra = {**(extra or {}), **json.loads(str(value))}
            elif key == XSI_TYPE and self.is_followed(node):
                continue  # its class says it
            elif key not in known and key not in _HINTS:
                if key != XSI_TYPE or not self.is_own(node):
                    self.note(node, f"attribute {key!r} is not part of the class: kept as it is")
                extra = {} if extra is None else extra
                extra[str(key)] = str(value)
                declare(node, str(value), extra, "")
        return extra

    def inexact(self, node: Node, error: ValueError | InexactError) -> Any:
        """Return the value that a text outside its lexical space still means, or None: keep it as an extension."""
        if not isinstance(error, InexactError):
            self.note(node, f"{error}: kept as it is")
            return None
        value, text = error.value, error.note
        if isinstance(error, NoZoneError | LooseNoZoneError) and self.zone is not None:
            value, text = in_zone(value, self.zone), text.replace("UTC assumed", f"{self.zone} assumed")
            if value.replace(fold=1).utcoffset() != value.utcoffset():
                text += ", where a clock is set then: the earlier offset is used"
        if isinstance(error, AllowedError):
            self.remark(node, text)
        elif text and not (self.unordered and isinstance(error, InfinityError)):
            self.note(node, text)
        return value

    def spelled(self, node: Node, error: Exception, extra: Attributes, known: str) -> Attributes:
        """Keep the text of a value that is written in another way, so that it is written back so."""
        if not self.in_noun or self.unordered or not isinstance(error, InexactError):
            return extra
        same = not isinstance(error, SpelledError) and is_written_as(error.value, node.text or "")
        if same or isinstance(error.value, datetime):
            return extra
        extra = {} if extra is None else extra
        extra[f"{known}#text"] = node.text or ""
        return extra

    def missing(self, node: Node, name: str) -> None:
        """Note that a mandatory child is not there."""
        self.note(node, "mandatory, and missing", child=name)

    def mixed(self, node: Node) -> str:
        """Keep the text before the first child of an element whose class has no text."""
        text = (node.text or "").strip(SPACE)
        if text:
            self.note(node, f"text where elements belong is kept: {text[:_SHOWN]!r}")
        return text

    def tail(self, node: Node) -> None:
        """Note the text behind a child, if it is more than white space; no class has a place for it."""
        if text := (node.tail or "").strip(SPACE):
            self.note(node, f"text behind it is dropped: {text[:_SHOWN]!r}")
