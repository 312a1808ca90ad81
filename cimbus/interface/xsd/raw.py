"""Classes and enumerations as they are read, before they have names: known by where they are declared."""

from __future__ import annotations

import msgspec

from cimbus.interface.model import Choice

from .description import Member
from .documents import Node

Key = tuple[str, ...]
"""(namespace, type), or that of the class and the child for an anonymous type."""


class RawEnum(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One enumeration.

    >>> RawEnum(wanted="UnitKind", owner="", values=("in",)).wanted
    'UnitKind'
    """

    wanted: str
    """The name that it gets if no other has it."""
    owner: str
    """What its name begins with if another has it."""
    values: tuple[str, ...]
    reference: str = ""


class RawClass(msgspec.Struct, kw_only=True, eq=False):
    """One complex type; ``types`` has the key of the type of each member that is a class or an enumeration.

    >>> RawClass(wanted="Name", owner="", node=None).members
    ()
    """

    wanted: str
    owner: str
    node: Node | None
    base: Key | None = None
    members: tuple[Member, ...] = ()
    types: dict[str, Key] = {}
    choices: tuple[Choice, ...] = ()
    wildcard: str | None = None
    reference: str = ""
    notes: tuple[str, ...] = ()
    xsi_type: str = ""
    """The name of the type, where it may stand for its base."""
    abstract: bool = False


class RawNoun(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One root element.

    >>> RawNoun(name="Outages", namespace="urn:x#", key=("urn:x#", "Outages")).name
    'Outages'
    """

    name: str
    namespace: str
    key: Key
