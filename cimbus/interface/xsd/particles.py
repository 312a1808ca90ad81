"""The groups of a content model, read with the groups that they refer to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .content import ContentParticle
from .description import Member
from .documents import XS, Documents, Node

GROUPS: Final = ("sequence", "choice", "all")
_DEEPEST: Final = 60
"""Groups within groups: a group that contains itself would never end, and no schema of the field nests ten."""


class ParticleReader:
    """Reads the content model of one type.

    Args:
        documents: the schemas.
        member_of: called with each element; returns what it is, None if it is kept as an extension.
    """

    def __init__(self, documents: Documents, member_of: Callable[[Node], Member | None]) -> None:
        self._documents = documents
        self._member_of = member_of

    def particle(self, node: Node, depth: int = 0) -> ContentParticle:
        """Return what a group, a reference to one, an element or a wildcard says.

        Raises:
            SchemaError: a group is not declared, or contains itself.
        """
        if depth > _DEEPEST:
            self._documents.refuse(node, "a group that contains itself")
        word = str(node.tag).removeprefix(XS)
        least, most = _occurs(node)
        if word == "any":
            return ContentParticle(
                kind="any", node=node, least=least, most=most, namespaces=node.get("namespace", "##any")
            )
        if word == "element":
            member = self._member_of(node)
            kind = "any" if member is None else "element"
            return ContentParticle(kind=kind, node=node, least=least, most=most, member=member, namespaces="##other")
        if word == "group":
            inner = self.particle(self._group(node), depth + 1)
            return ContentParticle(kind="sequence", node=node, least=least, most=most, parts=(inner,))
        parts = tuple(
            self.particle(each, depth + 1)
            for each in node
            if str(each.tag).removeprefix(XS) in (*GROUPS, "group", "element", "any") and _occurs(each)[1] != 0
        )
        return ContentParticle(kind=word, node=node, least=least, most=most, parts=parts)

    def _group(self, node: Node) -> Node:
        found = self._documents.find("group", *self._documents.resolve(node, node.get("ref", "")))
        inside = [] if found is None else [each for each in found if str(each.tag).removeprefix(XS) in GROUPS]
        if not inside:
            self._documents.refuse(node, f"there is no group {node.get('ref')}")
        return inside[0]


def _occurs(node: Node) -> tuple[int, int | None]:
    most = node.get("maxOccurs", "1")
    return int(node.get("minOccurs", "1")), None if most == "unbounded" else int(most)
