"""Which classes may stand for objects of a class that they extend (``xsi:type``, XML Schema part 1, 2.6.1)."""

from __future__ import annotations

from typing import Any


def xsi_type_of(cls: type[Any]) -> str:
    """Return the name that a class gives for ``xsi:type``; empty if it stands for no other.

    >>> from cimbus.nouns import Name
    >>> xsi_type_of(Name)
    ''
    """
    return str(cls.__dict__.get("xsi_type", ""))  # of the class itself: a subclass is another type


def substitutes_of(cls: type[Any]) -> dict[str, type[Any]]:
    """Return the classes that may stand for objects of a class, by the name of their type.

    >>> from cimbus import Cim
    >>> class Device(Cim):
    ...     mRID: str | None = None
    >>> class Relay(Device):
    ...     xsi_type = "Relay"
    >>> substitutes_of(Device)["Relay"] is Relay
    True
    """
    found: dict[str, type[Any]] = {}
    todo = list(cls.__subclasses__())
    while todo:
        each = todo.pop(0)
        if name := xsi_type_of(each):
            found.setdefault(name, each)
        todo += each.__subclasses__()
    return found


def is_abstract(cls: type[Any]) -> bool:
    """Return whether objects of a class are always of one that extends it (``abstract`` in a schema).

    >>> from cimbus.nouns import Name
    >>> is_abstract(Name)
    False
    """
    return bool(cls.__dict__.get("abstract_type", False))
