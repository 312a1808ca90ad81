"""Attributes of complex types, and what elements and attributes say of their values: default, fixed, nil, reference."""

from __future__ import annotations

from typing import Final

import msgspec

from .description import Member
from .documents import XS, Documents, Node
from .raw import Key, RawClass
from .simple_types import Simple, SimpleTypes

_REFERENCE: Final = "{http://www.w3.org/ns/sawsdl}modelReference"


def reference_of(node: Node) -> str:
    """Return the URI of the CIM that a declaration refers to; empty if it names none, or several.

    >>> from lxml import etree
    >>> reference_of(etree.XML("<a xmlns:s='http://www.w3.org/ns/sawsdl' s:modelReference='urn:cim#Meter'/>"))
    'urn:cim#Meter'
    """
    uri = node.get(_REFERENCE, "").strip()
    return uri if "#" in uri and " " not in uri else ""


def facets_of(node: Node) -> dict[str, object]:
    """Return what a declaration says beyond its type.

    >>> from lxml import etree
    >>> facets_of(etree.XML("<element default='on' nillable='true'/>"))
    {'default': 'on', 'nillable': True}
    """
    found: dict[str, object] = {}
    if (default := node.get("default")) is not None:
        found["default"] = default
    if (fixed := node.get("fixed")) is not None:
        found |= {"default": fixed, "fixed": fixed}
    if node.get("nillable") == "true":
        found["nillable"] = True
    return found


class Attributes:
    """Reads the attributes of types, with those of their groups."""

    def __init__(self, documents: Documents, simple: SimpleTypes) -> None:
        self._documents = documents
        self._simple = simple

    def read(self, node: Node, made: RawClass, key: Key) -> tuple[Member, ...]:
        """Return the attributes that stand in a type, an extension or a restriction.

        Raises:
            SchemaError: a type or a group is not declared.
        """
        return tuple(self._read(node, made, key, frozenset()).values())

    def prohibited(self, node: Node) -> set[str]:
        """Return the attributes that a restriction takes away."""
        found = (each for each in node.iterchildren(f"{XS}attribute") if each.get("use") == "prohibited")
        return {each.get("name") or each.get("ref", "").rpartition(":")[2] for each in found}

    def _read(self, node: Node, made: RawClass, key: Key, within: frozenset[Node]) -> dict[str, Member]:
        found: dict[str, Member] = {}
        for child in node:
            word = str(child.tag).removeprefix(XS)
            if word == "attribute" and child.get("use") != "prohibited":
                member = self._attribute(child, made, key)
                if member is not None:
                    found[member.name] = member
            elif word == "attributeGroup":
                group = self._documents.find(word, *self._documents.resolve(child, child.get("ref", "")))
                if group is None or group in within:
                    self._documents.refuse(child, f"there is no group of attributes {child.get('ref')}")
                found |= self._read(group, made, key, within | {group})
            elif word == "anyAttribute":
                self._documents.warn(child, "any attribute: kept as extensions, and noted when strict")
        return found

    def _attribute(self, node: Node, made: RawClass, key: Key) -> Member | None:
        declared = node
        if ref := node.get("ref"):
            uri, local = self._documents.resolve(node, ref)
            if uri:
                self._documents.warn(node, f"the attribute {ref} of another namespace is kept as an extension")
                return None
            found = self._documents.find("attribute", uri, local)
            if found is None:
                self._documents.refuse(node, f"there is no attribute {ref}")
            declared = found
        elif node.get("form", self._documents.document_of(node).root.get("attributeFormDefault")) == "qualified":
            self._documents.warn(node, f"the qualified attribute {node.get('name')} is kept as an extension")
            return None
        name = declared.get("name", "")
        simple = self._type(declared, (*key, f"@{name}"))
        if simple.enum is not None:
            made.types[name] = simple.enum
        return Member(
            name=name,
            kind=simple.kind,
            place="attribute",
            least=int(node.get("use") == "required"),
            facets=msgspec.structs.replace(simple.facets, **(facets_of(declared) | facets_of(node))),
            reference=reference_of(declared),
        )

    def _type(self, node: Node, key: Key) -> Simple:
        name = node.get("type")
        if name is not None:
            found = self._simple.named(node, name)
            if found is None:
                self._documents.refuse(node, f"there is no simple type {name}")
            return found
        inside = node.find(f"{XS}simpleType")
        return Simple(kind="string") if inside is None else self._simple.of(inside, key)
