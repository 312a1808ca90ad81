"""Types that may stand for those that they extend (``xsi:type``), found in the schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from cimbus.interface.schema_error import SchemaError

from .documents import XS, Documents, Node
from .raw import Key, RawClass, RawNoun


class Derived(NamedTuple):
    """A named type that extends or restricts another.

    >>> from lxml import etree
    >>> Derived(("urn:x", "Relay"), ("urn:x", "Device"), etree.XML("<complexType/>"), extends=True).key[1]
    'Relay'
    """

    key: Key
    base: Key
    node: Node
    extends: bool


def derived_types(documents: Documents) -> Iterator[Derived]:
    """Yield the named types with complex content that stand on another one.

    >>> [*derived_types(Documents([]))]
    []
    """
    for document in documents.documents:
        for node in document.root.iterchildren(f"{XS}complexType"):
            content = node.find(f"{XS}complexContent")
            for step in () if content is None else content:
                word = str(step.tag).removeprefix(XS)
                if word in ("extension", "restriction") and step.get("base"):
                    base = documents.resolve(step, step.get("base", ""))
                    yield Derived((document.namespace, node.get("name", "")), base, node, word == "extension")


class Substitutes:
    """Reads the types that may stand for those of children.

    Args:
        documents: the schemas.
        classes: those that were read; more are added.
        read: reads a type of (node, key), and what it needs.

    >>> Substitutes(Documents([]), {}, lambda node, key: None).add([])
    """

    def __init__(self, documents: Documents, classes: dict[Key, RawClass], read: Callable[[Node, Key], object]) -> None:
        self._documents = documents
        self._classes = classes
        self._read = read
        self._types = list(derived_types(documents))
        self._refused: set[Key] = set()

    def add(self, nouns: list[RawNoun]) -> None:
        """Add all types that may stand in a child, or in a noun whose type is abstract; and those in their children."""
        roots = {noun.key for noun in nouns}
        while fresh := [each for each in self._types if self._is_wanted(each, roots)]:
            for each in fresh:
                self._add(each)

    def _is_wanted(self, each: Derived, roots: set[Key]) -> bool:
        raw = self._classes.get(each.key)
        if (raw is not None and raw.xsi_type) or each.key in self._refused or each.base not in self._classes:
            return False
        used = {key for other in self._classes.values() for key in other.types.values()}
        used |= {key for key in roots if key in self._classes and self._classes[key].abstract}
        at: Key | None = each.base
        while at is not None:
            if at in used:
                return True
            at = self._classes[at].base
        return False

    def _add(self, each: Derived) -> None:
        base = self._classes[each.base]
        if base.base is None and base.members and base.members[0].place == "text":
            self._leave(each, "it has a text")
        elif each.key[0] != each.base[0]:
            self._leave(each, f"it is of another namespace than {each.base[1]}")
        elif not each.extends and each.key in self._classes:
            self._leave(each, "it restricts it, and stands elsewhere by itself")
        elif not each.extends:
            self._classes[each.key] = RawClass(
                wanted=each.key[1],
                owner=base.owner,
                node=each.node,
                base=each.base,
                notes=(f"what it leaves out of {each.base[1]}",),
                xsi_type=each.key[1],
                abstract=each.node.get("abstract") == "true",
            )
        else:
            self._extend(each)

    def _extend(self, each: Derived) -> None:
        before = set(self._classes)
        try:
            self._read(each.node, each.key)
        except SchemaError as error:  # a type that was not needed before must not refuse what was read before
            for key in set(self._classes) - before:
                del self._classes[key]
            self._leave(each, error.reason)
            return
        self._classes[each.key].xsi_type = each.key[1]

    def _leave(self, each: Derived, reason: str) -> None:
        self._refused.add(each.key)
        self._documents.warn(each.node, f"{each.key[1]} is read as {each.base[1]} where xsi:type names it: {reason}")


def standing_for(classes: Mapping[Key, RawClass], found: set[Key]) -> list[Key]:
    """Return the types that stand for ones that were found, and were not found themselves.

    >>> standing_for({}, set())
    []
    """
    return [key for key, raw in classes.items() if raw.xsi_type and raw.base in found and key not in found]
