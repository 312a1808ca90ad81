"""What schemas say, in our own terms: classes, enumerations and nouns, before any Python is made of it."""

from __future__ import annotations

import msgspec

from cimbus.interface.model import NO_FACETS, Choice, Facets


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One child, attribute or text of a class.

    Attributes:
        name: its name on the wire.
        kind: the kind of its value, as ``FieldSpec.kind`` has it.
        type: the class or enumeration that it is of, by name; empty for other kinds.
        place: element, attribute or text.
        least, most: how often it may stand; ``most`` None: any number of times.
        facets: what its type allows beyond its kind.
        reference: the URI of the CIM attribute that it stands for; empty if the schema names none.

    >>> Member(name="mRID", kind="string", least=0).most
    1
    """

    name: str
    kind: str
    type: str = ""
    place: str = "element"
    least: int = 1
    most: int | None = 1
    facets: Facets = NO_FACETS
    reference: str = ""

    @property
    def many(self) -> bool:
        """Whether it is a list.

        >>> Member(name="Names", kind="class", type="Name", most=None).many
        True
        """
        return self.most is None or self.most > 1


class ClassDescription(msgspec.Struct, frozen=True, kw_only=True):
    """One complex type.

    Attributes:
        name: the class's name.
        base: the name of the class that it extends; empty if there is none.
        members: in the order of the schema, without those of the base.
        choices: those of its own members.
        wildcard: see ``Cim.wildcard``.
        reference: the URI of the CIM class that it stands for; empty if the schema names none.
        notes: what the schema says beyond this, and is not checked.
        xsi_type, abstract: see ``Cim.xsi_type`` and ``Cim.abstract_type``.

    >>> ClassDescription(name="Name", members=(Member(name="name", kind="string"),)).base
    ''
    """

    name: str
    base: str = ""
    members: tuple[Member, ...] = ()
    choices: tuple[Choice, ...] = ()
    wildcard: str | None = None
    reference: str = ""
    notes: tuple[str, ...] = ()
    xsi_type: str = ""
    abstract: bool = False


class EnumDescription(msgspec.Struct, frozen=True, kw_only=True):
    """One enumeration.

    >>> EnumDescription(name="UnitKind", values=("in", "mg/l")).values
    ('in', 'mg/l')
    """

    name: str
    values: tuple[str, ...]
    reference: str = ""


class NounDescription(msgspec.Struct, frozen=True, kw_only=True):
    """One root element that is a payload; see ``cimbus.noun`` for its arguments.

    >>> NounDescription(name="Outages", namespace="urn:x#", cls="Outages").about
    ()
    """

    name: str
    namespace: str
    cls: str
    query_of: str = ""
    items: str = ""
    about: tuple[str, ...] = ()


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """All that was read, each class behind those that it extends.

    ``warnings`` say, with file and line, what the schema demands and the classes do not check.

    >>> Description().nouns
    ()
    """

    classes: tuple[ClassDescription, ...] = ()
    enums: tuple[EnumDescription, ...] = ()
    nouns: tuple[NounDescription, ...] = ()
    warnings: tuple[str, ...] = ()

    def members_of(self, name: str) -> tuple[Member, ...]:
        """Return the members of a class with those of the classes that it extends, which come first.

        >>> base = ClassDescription(name="Device", members=(Member(name="mRID", kind="string"),))
        >>> meter = ClassDescription(name="Meter", base="Device", members=(Member(name="form", kind="string"),))
        >>> [member.name for member in Description(classes=(base, meter)).members_of("Meter")]
        ['mRID', 'form']
        """
        by_name = {each.name: each for each in self.classes}
        found: tuple[Member, ...] = ()
        while name:
            found, name = (*by_name[name].members, *found), by_name[name].base
        return found
