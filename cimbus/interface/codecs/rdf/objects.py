"""What a network model says: objects with their properties."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Final

import msgspec

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


class Change(enum.StrEnum):
    """The part of a difference model that an object stands in (IEC 61970-552, difference models).

    >>> Change("forwardDifferences") is Change.forward
    True
    """

    none = ""
    """A full model: the object is what it says."""
    reverse = "reverseDifferences"
    """What held before, and is taken away."""
    forward = "forwardDifferences"
    """What holds from now on."""
    preconditions = "preconditions"
    """What has to hold, so that the difference can be applied."""


class RdfProperty(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One property of an object.

    Attributes:
        name: as in the document, with its class: ``IdentifiedObject.name``.
        namespace: that of the name.
        value: the text; empty for a reference.
        resource: the URI that it refers to, as it is written (``#_1``, ``urn:uuid:…``, ``…#PhaseCode.ABC``).
        content: objects that stand in it (a compound value, such as an address); none in most.

    >>> RdfProperty(name="IdentifiedObject.name", namespace="urn:cim#", value="Line 7").uri
    'urn:cim#IdentifiedObject.name'
    """

    name: str
    namespace: str = ""
    value: str = ""
    resource: str = ""
    content: tuple[RdfObject, ...] = ()

    @property
    def uri(self) -> str:
        """The name with its namespace."""
        return self.namespace + self.name


class RdfObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One object, or what a difference says of it.

    Attributes:
        cls: its class; ``Description`` where the document does not name it, empty for a value without a class.
        namespace: that of the class.
        id: its identity as it is written: ``_1`` (rdf:ID), ``#_1`` or ``urn:uuid:…`` (rdf:about); empty if it has none.
        defined: it is written with rdf:ID, which defines the object; False: with rdf:about, or without identity.
        properties: in the order of the document.
        change: the part of a difference model that it stands in.

    >>> line = RdfObject(cls="ACLineSegment", id="#_17", properties=(RdfProperty(name="Conductor.length", value="5"),))
    >>> line.mRID, line.value("Conductor.length"), line.value("Conductor.width")
    ('17', '5', '')
    """

    cls: str
    namespace: str = ""
    id: str = ""
    defined: bool = False
    properties: tuple[RdfProperty, ...] = ()
    change: Change = Change.none

    @property
    def mRID(self) -> str:  # noqa: N802  # the name of the CIM
        """The identity without what only RDF/XML needs: ``#``, ``_`` and ``urn:uuid:``."""
        return bare_id(self.id)

    def value(self, name: str) -> str:
        """Return the text of the first property of a name; empty if there is none."""
        return next((each.value for each in self.properties if each.name == name), "")

    def resources(self, name: str) -> tuple[str, ...]:
        """Return the URIs that the properties of a name refer to.

        >>> RdfObject(cls="Terminal", properties=(RdfProperty(name="T.CE", resource="#_1"),)).resources("T.CE")
        ('#_1',)
        """
        return tuple(each.resource for each in self.properties if each.name == name and each.resource)

    def statements(self) -> Iterator[tuple[str, str, str]]:
        """Yield what is said as (subject, predicate, object): identity, URI of the property, text or URI.

        What is said of an object that stands in a property has no identity, and an empty subject.

        >>> [*RdfObject(cls="Line", namespace="urn:cim#", id="#_1").statements()]
        [('#_1', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'urn:cim#Line')]
        """
        if self.cls and self.namespace != RDF:
            yield self.id, f"{RDF}type", self.namespace + self.cls
        for each in self.properties:
            if not each.content:
                yield self.id, each.uri, each.resource or each.value
            for inside in each.content:
                yield from inside.statements()


def bare_id(text: str) -> str:
    """Return an identity without ``#``, ``_`` and ``urn:uuid:``.

    >>> bare_id("#_a1"), bare_id("urn:uuid:f1"), bare_id("http://x.org/model#_b")
    ('a1', 'f1', 'b')
    """
    local = text.rpartition("#")[2]
    return local.removeprefix("urn:uuid:").removeprefix("_")
