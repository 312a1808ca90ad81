"""Which object a noun is about, guessed from its shape."""

from __future__ import annotations

from typing import Final

import msgspec

from .description import Description, Member, NounDescription
from .python_names import field_name

OBJECTS: Final = (
    "Meter",
    "EndDevice",
    "EndDevices",
    "UsagePoint",
    "UsagePoints",
    "EndDeviceGroup",
    "EndDeviceGroups",
    "UsagePointGroup",
    "UsagePointGroups",
    "Asset",
    "Assets",
)
"""Children that say what an item is about, the most telling first: the device or the place rather than the event."""


def guessed(description: Description, noun: NounDescription) -> NounDescription:
    """Return a noun with ``items`` and ``about``.

    Rules: types (``ReadingType``) are no objects, and only what has an mRID or Names is one. If the noun is one list of
    objects, these are its items, about one of ``OBJECTS`` that they have, else themselves. If it has several such
    children, it is about these, in the order of ``OBJECTS``, then of the schema. If it has an mRID or Names itself, it
    is about itself. In all other cases nothing is declared, and the payload is searched.

    >>> from .description import ClassDescription
    >>> outage = ClassDescription(name="Outage", members=(Member(name="mRID", kind="string"),))
    >>> child = Member(name="Outage", kind="class", type="Outage", most=None)
    >>> outages = ClassDescription(name="Outages", members=(child,))
    >>> known = Description(classes=(outage, outages))
    >>> noun = guessed(known, NounDescription(name="Outages", namespace="urn:x#", cls="Outages"))
    >>> noun.items, noun.about
    ('Outage', ('',))
    """
    members = description.members_of(noun.cls)
    objects = [each for each in members if _is_object(description, each)]
    lists = [each for each in objects if each.many]
    if len(objects) == 1 and lists:
        inside = [each.name for each in description.members_of(lists[0].type) if _is_object(description, each)]
        about = (*(name for name in OBJECTS if name in inside), "")
        return msgspec.structs.replace(noun, items=field_name(lists[0].name), about=about)
    if objects:
        names = [field_name(each.name) for each in objects]
        about = (*(name for name in OBJECTS if name in names), *(name for name in names if name not in OBJECTS))
        return msgspec.structs.replace(noun, about=about)
    if _identified(members):
        return msgspec.structs.replace(noun, about=("",))
    return noun


def _is_object(description: Description, member: Member) -> bool:
    return (
        member.kind == "class" and not member.name.endswith("Type") and _identified(description.members_of(member.type))
    )


def _identified(members: tuple[Member, ...]) -> bool:
    return any(each.name in ("mRID", "Names") for each in members)
