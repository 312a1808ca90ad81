"""Content models: groups in groups, as the flat list of children with choices that a class has.

What a flat list cannot say (a pair that may be repeated, a choice within a choice) is left unchecked and noted. It is
refused only where values could not be read and written again: one name with two types, or in two places of a sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NoReturn

import msgspec

from cimbus.interface.model import Choice, choice

from .description import Member
from .documents import Node

Note = Callable[[Node, str], None]
Refuse = Callable[[Node, str], NoReturn]


class ContentParticle(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A part of a content model.

    Attributes:
        kind: element, any, sequence, all or choice.
        least, most: how often it may stand; ``most`` None: any number of times.
        node: where it is declared.
        parts: those of a group.
        member: what an element is.
        namespaces: the ``namespace`` of a wildcard.

    >>> from lxml import etree
    >>> ContentParticle(kind="sequence", node=etree.XML("<a/>")).empty
    True
    """

    kind: str
    node: Node
    least: int = 1
    most: int | None = 1
    parts: tuple[ContentParticle, ...] = ()
    member: Member | None = None
    namespaces: str = "##any"

    @property
    def empty(self) -> bool:
        """Whether it may consist of nothing."""
        if self.least == 0:
            return True
        if self.kind == "choice":
            return any(part.empty for part in self.parts)
        return self.kind in ("sequence", "all") and all(part.empty for part in self.parts)

    def leaves(self) -> Iterator[ContentParticle]:
        """Iterate over the elements and wildcards in it."""
        if self.kind in ("element", "any"):
            yield self
        for part in self.parts:
            yield from part.leaves()


_LONGEST: Final = 20
"""Names that a note repeats."""


class Content:
    """The flat form of a content model.

    Args:
        particle: the model; None: no children.
        warn: called for what is not checked.
        refuse: called for what cannot be expressed; raises.

    Attributes:
        members: the children by name, in order.
        choices: those between them.
        wildcard: see ``Cim.wildcard``.
        notes: what is not checked.
    """

    def __init__(self, particle: ContentParticle | None, warn: Note, refuse: Refuse) -> None:
        self.members: dict[str, Member] = {}
        self.choices: list[Choice] = []
        self.wildcard: str | None = None
        self.notes: list[str] = []
        self._warn = warn
        self._refuse = refuse
        self._any_after: str | None = None
        if particle is not None:
            self._add(particle, optional=False)
        if self._any_after is not None:
            last = next(reversed(self.members), "")
            self.wildcard = "" if self._any_after == last else self._any_after

    def _note(self, node: Node, text: str) -> None:
        self._warn(node, text)
        if text not in self.notes:
            self.notes.append(text)

    def _add(self, part: ContentParticle, *, optional: bool, inside: bool = False) -> None:
        """Add what a particle holds.

        Args:
            part: the particle.
            optional: what surrounds it may be missing.
            inside: it is in an alternative of a choice, where no choice can stand.
        """
        if part.most == 0:
            return
        if part.kind == "element":
            self._element(part, optional=optional, exclusive=inside)
        elif part.kind == "any":
            self._any(part)
        elif len(part.parts) == 1:
            self._add(_times(part.parts[0], part), optional=optional, inside=inside)
        elif part.most != 1:
            self._repeated(part, optional=optional, inside=inside)
        elif part.kind == "choice":
            self._choice(part, optional=optional, inside=inside)
        else:
            if part.kind == "all" and len(part.parts) > 1:
                self._note(part.node, "children in any order (xs:all): strict reading wants the order of the class")
            if part.least == 0 and not all(each.empty for each in part.parts):
                self._note(part.node, f"{_names(part)} stand together or not at all: not checked")
            for each in part.parts:
                self._add(each, optional=optional or part.least == 0, inside=inside)

    def _element(self, part: ContentParticle, *, optional: bool, exclusive: bool, most: int | None = 1) -> None:
        member = part.member
        if member is None:
            return
        many = None if most is None or part.most is None else most * part.most
        made = msgspec.structs.replace(member, least=0 if optional else part.least, most=many)
        before = self.members.get(member.name)
        if before is not None:
            made = self._merged(part, before, made, exclusive=exclusive)
        self.members[member.name] = made

    def _merged(self, part: ContentParticle, before: Member, made: Member, *, exclusive: bool) -> Member:
        """Return what two elements of one name are together."""
        if (before.kind, before.type, before.facets) != (made.kind, made.type, made.facets):
            self._refuse(part.node, f"the element {made.name} stands twice with different types")
        last = next(reversed(self.members))
        if not exclusive and last != made.name:
            self._refuse(part.node, f"the element {made.name} stands in two places of one sequence")
        unbounded = before.most is None or made.most is None
        if exclusive:
            most = None if unbounded else max(before.most or 0, made.most or 0)
            return msgspec.structs.replace(before, least=0, most=most)
        most = None if unbounded else (before.most or 0) + (made.most or 0)
        return msgspec.structs.replace(before, least=before.least + made.least, most=most)

    def _any(self, part: ContentParticle) -> None:
        last = next(reversed(self.members), "")
        if self._any_after is not None and self._any_after != last:
            self._note(part.node, "a second wildcard: elements of one's own are written at the place of the last one")
        if not last:
            self._note(part.node, "a wildcard before all children: own elements there need Extension(after=FIRST)")
        if part.namespaces not in ("##other", "##any"):
            self._note(part.node, f"which elements the wildcard allows ({part.namespaces}) is not checked")
        self._any_after = last

    def _repeated(self, part: ContentParticle, *, optional: bool, inside: bool) -> None:
        """Add a group that may be repeated: lists, of which the order is kept."""
        if part.kind != "choice" or any(each.kind != "element" for each in part.parts if each.kind != "any"):
            self._note(part.node, f"{_names(part)} are repeated as a group: what stands together is not checked")
        if part.most is not None or part.least > 1:
            self._note(
                part.node,
                f"{_names(part)} stand {part.least} to {part.most or 'any number of'} times together: not checked",
            )
        names: list[str] = []
        known = set(self.members)
        for leaf in part.leaves():
            if leaf.kind == "any":
                self._any(leaf)
            elif leaf.member is not None:
                self._element(leaf, optional=True, exclusive=True, most=None)
                names.append(leaf.member.name)
        required = not (optional or part.empty)
        self._make_choice(
            part, [(name,) for name in dict.fromkeys(names)], known, required=required, repeated=True, inside=inside
        )

    def _choice(self, part: ContentParticle, *, optional: bool, inside: bool) -> None:
        alternatives: list[tuple[str, ...]] = []
        known = set(self.members)
        emptiable = False
        for each in _alternatives(part):
            if each.most == 0:
                continue
            emptiable = emptiable or each.empty
            names = tuple(dict.fromkeys(leaf.member.name for leaf in each.leaves() if leaf.member is not None))
            self._in_order(each, names)
            if each.kind != "element" and sum(not leaf.empty for leaf in each.parts) > 1:
                self._note(each.node, f"{_names(each)} stand together: not checked")
            self._add(each, optional=True, inside=True)
            if names:
                alternatives.append(names)
        required = not (optional or emptiable or part.least == 0)
        self._make_choice(part, alternatives, known, required=required, repeated=False, inside=inside)

    def _in_order(self, part: ContentParticle, names: tuple[str, ...]) -> None:
        """Refuse an alternative with children of another one in another order."""
        places = {name: index for index, name in enumerate(self.members)}
        found = [places.get(name, len(places)) for name in names]
        if found != sorted(found):
            self._refuse(part.node, f"{_names(part)} stand in another order than in another alternative")

    def _make_choice(
        self,
        part: ContentParticle,
        alternatives: list[tuple[str, ...]],
        known: set[str],
        *,
        required: bool,
        repeated: bool,
        inside: bool,
    ) -> None:
        names = [name for each in alternatives for name in each]
        if len(alternatives) < 2:
            return
        if inside or len(set(names)) != len(names) or known & set(names):
            self._note(part.node, f"the choice between {_names(part)} is not checked")
            return
        self.choices.append(choice(*alternatives, required=required, repeated=repeated))


def _alternatives(part: ContentParticle) -> Iterator[ContentParticle]:
    """Iterate over the alternatives of a choice, with those of choices that are alternatives themselves."""
    for each in part.parts:
        if each.kind == "choice" and each.most == 1 and each.least == 1:
            yield from _alternatives(each)
        else:
            yield each


def _times(part: ContentParticle, group: ContentParticle) -> ContentParticle:
    """Return a particle as it stands in a group that it is alone in."""
    most = None if part.most is None or group.most is None else part.most * group.most
    return msgspec.structs.replace(part, least=part.least * group.least, most=most)


def _names(part: ContentParticle) -> str:
    names = list(dict.fromkeys("any" if leaf.member is None else leaf.member.name for leaf in part.leaves()))
    return ", ".join(names[:_LONGEST]) + (", ..." if len(names) > _LONGEST else "")
