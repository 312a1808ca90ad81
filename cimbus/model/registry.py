"""Which class stands for which noun: by (noun, namespace), open to the user's own.

Profiles carry a year and a host in their namespace that vary in the field (``http://iec.ch/TC57/2011/MeterReadings#``,
``.../2009/...``, ``http://www.encourage-project.eu/...``), so a noun whose exact namespace is not registered is found
by its name; the reader notes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from .base import Cim
from .spec import spec_of

C = TypeVar("C", bound=type[Cim])


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """A registered noun.

    ``name`` is the payload's element, ``header`` the word in Header.Noun: they differ for a query, whose payload
    ``GetMeterReadings`` travels inside the request area of a ``get MeterReadings``.
    """

    name: str
    namespace: str
    header: str
    query: bool
    cls: type[Cim]


_by_name: dict[tuple[str, str], Noun] = {}
_by_class: dict[type[Cim], Noun] = {}
_by_local: dict[str, Noun] = {}


def noun(namespace: str, *, name: str = "", query_of: str = "") -> Callable[[C], C]:
    """Register the decorated class as the payload of a noun.

    Args:
        namespace: the profile's namespace, written on output.
        name: the payload's element name; by default the class's.
        query_of: the noun that this payload asks for (``"MeterReadings"`` for ``GetMeterReadings``).

    Raises:
        ValueError: another class has that (noun, namespace) already.
        TypeError: a field has a type without an XML form.
    """

    def register(cls: C) -> C:
        word = name or cls.__name__
        entry = Noun(name=word, namespace=namespace, header=query_of or word, query=bool(query_of), cls=cls)
        taken = _by_name.get((word, namespace))
        if taken is not None and taken.cls.__qualname__ != cls.__qualname__:
            raise ValueError(f"{word} in {namespace} is {taken.cls.__module__}.{taken.cls.__qualname__} already")
        spec_of(cls)
        _by_name[word, namespace] = entry
        _by_local.setdefault(word, entry)
        _by_class[cls] = entry
        return cls

    return register


def find_noun(name: str, namespace: str) -> Noun | None:
    """Return the noun registered under exactly this name and namespace, else under this name, else None."""
    return _by_name.get((name, namespace)) or _by_local.get(name)


def noun_of(cls: type[Any]) -> Noun:
    """Return the noun that a class stands for.

    Raises:
        TypeError: the class is not registered.
    """
    try:
        return _by_class[cls]
    except KeyError:
        raise TypeError(
            f"{cls.__name__} is not a noun; decorate the class with @cimbus.noun(namespace), or send a cimbus.Element"
        ) from None


def all_nouns() -> list[Noun]:
    """Return every registered noun, by name."""
    return sorted(_by_name.values(), key=lambda entry: (entry.name, entry.namespace))
