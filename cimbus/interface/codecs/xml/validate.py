"""An envelope against the tables of ``schema``: what a validator with Message.xsd would say, with places.

Only for strict reading, and of XML: lenient reading, and that of JSON, goes by what the walkers note. Payloads are left
alone, as the schema leaves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cimbus.interface.envelope import NAMESPACE, WWW_NAMESPACE

from .notes import NoteCollector
from .per_noun_schema import NOUN, PerNounSchema, per_noun_schema
from .schema import PAYLOAD, SEQUENCES, SKIPPED, WILDCARD, Particle, particle
from .schema_values import check_attributes, check_simple
from .source import Node, local_name, namespace

_ROOTS: Final = frozenset({"Message", "RequestMessage", "ResponseMessage", "EventMessage", "FaultMessage"})
_COMPLEX: Final = SEQUENCES.keys() | {"Payload"}
_ARMS: Final = tuple(map(particle, PAYLOAD))
_FORMAT: Final = particle("Format?")


def problems_of(root: Node, notes: NoteCollector) -> None:
    """Record as problems what the schema of Edition 1 refuses in an envelope.

    Args:
        root: the element that is the envelope; in the namespace of Edition 1, or with a per-noun name in its own.
        notes: where they are recorded.

    >>> from lxml import etree
    >>> notes = NoteCollector(strict=True)
    >>> problems_of(etree.fromstring(f"<Message xmlns='{NAMESPACE}'/>"), notes)
    >>> [str(problem) for problem in notes.problems]
    ['Message/Header: mandatory, and missing']
    """
    name, uri = local_name(root), namespace(root)
    if uri == NAMESPACE and name in _ROOTS:
        _Validator(notes, NAMESPACE).element(root, name, "")
        return
    schema = None if uri == NAMESPACE else per_noun_schema(uri)
    common = _common(root)
    kind = None if schema is None or not common else schema.roots.get(name)
    if kind is None:
        notes.refuse(root, f"the schema of Edition 1 has no element <{name}> in namespace {uri!r}")
        return
    _Validator(notes, common, schema).element(root, kind.value, uri)


def _common(root: Node) -> str:
    """Return the namespace of what per-noun schemas share: that of Edition 1, which some copies write with "www."."""
    first = next((namespace(child) for area in root for child in area), NAMESPACE)
    return first if first in (NAMESPACE, WWW_NAMESPACE) else ""


class _Validator:
    """Checks one envelope.

    Args:
        notes: where problems are recorded.
        common: the namespace of the schema.
        per_noun: the per-noun schema that uses it, if there is one.
    """

    def __init__(self, notes: NoteCollector, common: str, per_noun: PerNounSchema | None = None) -> None:
        self._notes = notes
        self._common = common
        self._per_noun = per_noun

    def element(self, node: Node, kind: str, own: str) -> None:
        """Check an element's attributes and content.

        Args:
            node: the element.
            kind: its type.
            own: the namespace of its children where it is a per-noun one, else empty.
        """
        check_attributes(node, kind, self._notes)
        if kind not in _COMPLEX:
            check_simple(node, kind, self._notes)
            return
        texts = [node.text, *(child.tail for child in node)]
        if any(text and text.strip(" \t\r\n") for text in texts):
            self._notes.refuse(node, "text between elements")
        children = list(node)
        if kind == "Payload" and not own:
            self._payload(node, children)
            return
        row = self._per_noun.rows.get(kind) if own and self._per_noun is not None else None
        self._sequence(node, children, row or SEQUENCES[kind], kind, own)

    def _payload(self, node: Node, children: list[Node]) -> None:
        """Check PayloadType: one arm of its choice, then Format."""
        before = [child for child in children if not _is(child, _FORMAT, self._common, self._common)]
        arm = next((arm for arm in _ARMS if before and _is(before[0], arm, self._common, self._common)), _ARMS[0])
        self._sequence(node, children, (arm, _FORMAT), "Payload", "")

    def _sequence(self, node: Node, children: list[Node], row: Sequence[Particle], kind: str, own: str) -> None:
        """Check children against a sequence. Its names differ, so that the first fitting place is the right one."""
        uri = own or self._common
        place = count = 0
        for child in children:
            at = place
            while at < len(row) and not (
                _is(child, row[at], uri, self._common) and (at != place or _more(row[at], count))
            ):
                least = row[at].least - (count if at == place else 0)
                if least > 0:
                    self._notes.refuse(child, f"{self._why(child, row, uri)}: <{row[at].name}> belongs here")
                    return
                at += 1
            if at == len(row):
                self._notes.refuse(child, self._why(child, row, uri))
                return
            count = count + 1 if at == place else 1
            place = at
            self._child(child, row[at], kind, own)
        for index in range(place, len(row)):
            if row[index].least > (count if index == place else 0):
                self._notes.refuse(node, "mandatory, and missing", child=row[index].name)
                return

    def _child(self, child: Node, place: Particle, kind: str, own: str) -> None:
        if place.name == WILDCARD:
            if kind not in SKIPPED:
                self._lax(child)
            return
        if place.type != NOUN:  # that is its own schema's
            self.element(child, place.type, self._inside(child, place, own))

    def _inside(self, area: Node, place: Particle, own: str) -> str:
        """Return the namespace of an area's children where that is the per-noun one, else empty."""
        if not own or self._per_noun is None:
            return ""
        if place.type != "Request" or self._per_noun.own_request is not None:
            inside = self._per_noun.own_request if place.type == "Request" else place.type == "Payload"
            return own if inside else ""
        # in newer copies a request has children of its own, or its noun alone; in older ones it is as everywhere
        noun = self._per_noun.rows["Request"][-1]
        alone = len(area) == 1 and _is(area[0], noun, own, self._common)
        return own if alone or any(namespace(child) == own for child in area) else ""

    def _lax(self, node: Node) -> None:
        """Check what the schema knows in content that it lets pass: its global elements (processContents="lax")."""
        for each in node.iter():
            if namespace(each) == self._common and local_name(each) in _ROOTS:
                self.element(each, local_name(each), "")

    def _why(self, child: Node, row: Sequence[Particle], uri: str) -> str:
        if any(_is(child, each, uri, self._common) for each in row if each.name != WILDCARD):
            return "not in the order of the schema"
        return "not part of the standard in this place"


def _more(place: Particle, count: int) -> bool:
    return place.most is None or count < place.most


def _is(child: Node, place: Particle, uri: str, common: str) -> bool:
    """Return whether an element is what a particle says, in a schema for namespace ``uri``."""
    found = namespace(child)
    if place.type == NOUN:
        return found not in ("", uri, common) and place.name in (WILDCARD, local_name(child))
    if place.name == WILDCARD:
        return found not in ("", uri)
    return found == uri and local_name(child) == place.name
