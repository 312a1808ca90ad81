"""Schema documents to classes that have no names yet: complex types, root elements, what each child is."""

from __future__ import annotations

import msgspec

from cimbus.interface.model import Facets

from .attributes import Attributes, facets_of, reference_of
from .content import Content
from .description import Member
from .documents import XS, Documents, Node
from .particles import GROUPS, ParticleReader
from .raw import Key, RawClass, RawEnum, RawNoun
from .simple_types import Simple, SimpleTypes
from .substitutes import Substitutes


class SchemaReader:
    """Reads all complex types that the root elements of some documents need.

    Attributes:
        classes, enums: by key, those that others need first.
        nouns: the root elements.

    >>> SchemaReader(Documents([])).nouns
    []
    """

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.classes: dict[Key, RawClass] = {}
        self.enums: dict[Key, RawEnum] = {}
        self.nouns: list[RawNoun] = []
        self._simple = SimpleTypes(documents, self._enumeration)
        self._attributes = Attributes(documents, self._simple)
        self._owner = ""

    def read(self) -> None:
        """Read every root element, and what it is made of.

        Raises:
            SchemaError: something cannot be expressed.
        """
        referred = self._referred()
        for document in self.documents.documents:
            if document.messages:
                self.documents.warnings.append(
                    f"{document.path}: the envelopes of messages are built in; the payloads that it imports are read"
                )
            if document.messages or not document.wanted:
                continue
            elements = list(document.root.iterchildren(f"{XS}element"))
            roots = [each for each in elements if (document.namespace, each.get("name")) not in referred] or elements
            for element in roots:
                self._root(element, document.namespace)
        read = Substitutes(self.documents, self.classes, self._substitute)
        read.add(self.nouns)

    def _referred(self) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for document in self.documents.documents:
            if document.messages:
                continue
            for element in document.root.iter(f"{XS}element"):
                if name := element.get("ref"):
                    found.add(self.documents.resolve(element, name))
        return found

    def _root(self, element: Node, namespace: str) -> None:
        name = element.get("name", "")
        if element.get("abstract") == "true":
            self.documents.warn(element, f"the abstract element {name} is no noun")
            return
        self._owner = name
        made = self._typed(element, (namespace, f"<{name}>"), wanted=name, owner="")
        if isinstance(made, Simple):
            self.documents.warn(element, f"the element {name} has a simple type: a noun is a class")
            return
        self.nouns.append(RawNoun(name=name, namespace=namespace, key=made))

    def _enumeration(self, key: Key, node: Node, values: tuple[str, ...]) -> None:
        holder = node.getparent()
        reference = "" if holder is None else reference_of(holder)
        self.enums.setdefault(key, RawEnum(wanted=_wanted(key), owner=self._owner, values=values, reference=reference))

    # -- types --------------------------------------------------------------------------------------------------------

    def _typed(self, element: Node, key: Key, *, wanted: str, owner: str) -> Simple | Key:
        """Return what an element holds: a simple type, or the key of a class."""
        name = element.get("type")
        inner = element.find(f"{XS}complexType")
        if name is not None:
            simple = self._simple.named(element, name)
            return simple if simple is not None else self._named(element, name)
        if inner is not None:
            self._class(inner, key, wanted=wanted, owner=owner)
            return key
        simple_type = element.find(f"{XS}simpleType")
        if simple_type is not None:
            return self._simple.of(simple_type, key)
        self.documents.warn(element, "a type that allows anything: what is in it is kept as extensions")
        return self._anything()

    def _named(self, node: Node, name: str) -> Key:
        """Return the key of a complex type that is named at a node."""
        uri, local = self.documents.resolve(node, name)
        if f"{{{uri}}}" == XS and local == "anyType":
            self.documents.warn(node, "a type that allows anything: what is in it is kept as extensions")
            return self._anything()
        found = self.documents.find("complexType", uri, local)
        if found is None:
            self.documents.refuse(node, f"there is no type {name}")
        self._class(found, (uri, local), wanted=local, owner=self._owner)
        return (uri, local)

    def _substitute(self, node: Node, key: Key) -> None:
        self._class(node, key, wanted=key[1], owner=self._owner)

    def _anything(self) -> Key:
        key: Key = ("", "AnyContent")
        self.classes.setdefault(
            key, RawClass(wanted="AnyContent", owner=self._owner, node=None, wildcard="", notes=("any content",))
        )
        return key

    def _class(self, node: Node, key: Key, *, wanted: str, owner: str) -> None:
        if key in self.classes:
            return
        made = self.classes[key] = RawClass(wanted=wanted, owner=owner, node=node, reference=reference_of(node))
        if node.get("mixed") == "true":
            self.documents.refuse(node, "text between elements (mixed content) has no form in a class")
        made.abstract = node.get("abstract") == "true"
        simple, complex_ = node.find(f"{XS}simpleContent"), node.find(f"{XS}complexContent")
        if simple is not None:
            self._simple_content(made, simple, key)
        elif complex_ is not None:
            self._complex_content(made, complex_, key)
        else:
            self._children(made, node, key, ())
        # a class stands behind those that it needs
        self.classes[key] = self.classes.pop(key)

    def _simple_content(self, made: RawClass, node: Node, key: Key) -> None:
        """Read a text with attributes; a base of that kind is taken over whole."""
        step = node.find(f"{XS}extension")
        step = node.find(f"{XS}restriction") if step is None else step
        if step is None:
            self.documents.refuse(node, "simple content without extension or restriction")
        name = step.get("base", "")
        simple = self._simple.named(step, name)
        before: tuple[Member, ...] = ()
        if simple is None:
            above = self.classes[self._named(step, name)]
            before, made.types = above.members, dict(above.types)
            text = next((each for each in before if each.place == "text"), None)
            if text is None:
                self.documents.refuse(step, f"{name} has no simple content")
            simple = Simple(kind=text.kind, enum=made.types.get(text.name), facets=text.facets)
        if str(step.tag) == f"{XS}restriction":
            simple = self._simple.restricted(step, simple, (*key, "value"))
        attributes = self._attributes.read(step, made, key)
        taken = {each.name for each in attributes}
        kept = [each for each in before if each.place == "attribute" and each.name not in taken]
        name = "value" if "value" not in {*taken, *(each.name for each in kept)} else "content"
        if simple.enum is not None:
            made.types[name] = simple.enum
        text = Member(name=name, kind=simple.kind, place="text", facets=simple.facets)
        made.members = (text, *kept, *attributes)

    def _complex_content(self, made: RawClass, node: Node, key: Key) -> None:
        if node.get("mixed") == "true":
            self.documents.refuse(node, "text between elements (mixed content) has no form in a class")
        extension, restriction = node.find(f"{XS}extension"), node.find(f"{XS}restriction")
        step = extension if extension is not None else restriction
        if step is None:
            self.documents.refuse(node, "complex content without extension or restriction")
        uri, local = self.documents.resolve(step, step.get("base", ""))
        if f"{{{uri}}}" == XS and local == "anyType":
            self._children(made, step, key, ())
            return
        base = self._named(step, step.get("base", ""))
        if self._is_foreign(base, key[0]):
            self.documents.refuse(step, f"the type extends one of {base[0]!r}, with children of that namespace")
        if extension is not None:
            made.base = base
            self._children(made, step, key, self._inherited(base))
            return
        above = self._inherited(base)  # a restriction says again all that there is, but for the attributes
        self._children(made, step, key, ())
        said = {each.name for each in made.members} | self._attributes.prohibited(step)
        kept = tuple(each for each in above if each.place == "attribute" and each.name not in said)
        made.members = (*made.members, *kept)
        at: Key | None = base
        while at is not None:
            for name, each in self.classes[at].types.items():
                if any(member.name == name for member in kept):
                    made.types.setdefault(name, each)
            at = self.classes[at].base

    def _inherited(self, key: Key | None) -> tuple[Member, ...]:
        found: tuple[Member, ...] = ()
        while key is not None:
            found, key = (*self.classes[key].members, *found), self.classes[key].base
        return found

    def _children(self, made: RawClass, node: Node, key: Key, inherited: tuple[Member, ...]) -> None:
        group = next((each for each in node if str(each.tag).removeprefix(XS) in (*GROUPS, "group")), None)
        read = ParticleReader(self.documents, lambda child: self._member(child, made, key))
        particle = None if group is None else read.particle(group)
        content = Content(particle, self.documents.warn, self.documents.refuse)
        attributes = self._attributes.read(node, made, key)
        members = (*content.members.values(), *attributes)
        taken: set[str] = {each.name for each in inherited}
        for each in members:
            if each.name in taken:
                self.documents.refuse(node, f"{each.name} is there twice: as an element, an attribute or in the base")
            taken.add(each.name)
        made.members, made.choices, made.wildcard = members, tuple(content.choices), content.wildcard
        made.notes = (*made.notes, *content.notes)

    # -- children ----------------------------------------------------------------------------------------------------

    def _member(self, node: Node, made: RawClass, key: Key) -> Member | None:
        """Return what a child element is; None for one of another namespace, which is kept as an extension."""
        declared, namespace = node, self.documents.document_of(node).namespace
        if ref := node.get("ref"):
            uri, local = self.documents.resolve(node, ref)
            found = self.documents.find("element", uri, local)
            if found is None:
                self.documents.refuse(node, f"there is no element {ref}")
            if uri != key[0] and key[0]:
                self.documents.warn(node, f"{ref} of another namespace is kept as an extension")
                return None
            declared, namespace = found, uri
            if found.get("abstract") == "true":
                self.documents.refuse(node, f"{ref} is abstract: elements that stand for others are not supported")
        else:
            self._qualified(node)
        name = declared.get("name", "")
        own = (*key, name) if declared is node else (namespace, f"<{name}>")
        typed = self._typed(declared, own, wanted=name[:1].upper() + name[1:], owner=made.wanted)
        if not isinstance(typed, Simple) and self._is_foreign(typed, key[0]):
            self.documents.warn(node, f"children of {name} are of another namespace: kept as extensions")
            typed = self._anything()
        reference = reference_of(node) or reference_of(declared)
        facets = facets_of(declared)
        if isinstance(typed, Simple):
            if typed.enum is not None:
                made.types[name] = typed.enum
            both = _joined(typed.facets, facets)
            return Member(name=name, kind=typed.kind, facets=both, reference=reference)
        made.types[name] = typed
        return Member(name=name, kind="class", reference=reference)

    def _is_foreign(self, key: Key, home: str) -> bool:
        """Return whether a type has children in another namespace than that of the noun."""
        return key[0] not in (home, "") and any(each.place == "element" for each in self._inherited(key))

    def _qualified(self, node: Node) -> None:
        document = self.documents.document_of(node)
        form = node.get("form") or document.root.get("elementFormDefault", "unqualified")
        if document.namespace and form != "qualified":
            self.documents.refuse(node, "a child element without a namespace (elementFormDefault is not qualified)")


def _joined(first: Facets, more: dict[str, object]) -> Facets:
    return msgspec.structs.replace(first, **more) if more else first


def _wanted(key: Key) -> str:
    name = key[-1].strip("<>")
    name = key[-2].strip("<>") + name[:1].upper() + name[1:] if name in ("base", "value") or name.isdigit() else name
    return name[:1].upper() + name[1:] if len(key) > 2 else name
