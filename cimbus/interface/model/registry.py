"""Which class stands for which noun: by (noun, namespace), open to classes of the user.

Profiles carry a year and a host in their namespace that vary in the field (``http://iec.ch/TC57/2011/MeterReadings#``,
``.../2009/...``, ``http://www.encourage-project.eu/...``). So a noun whose exact namespace is not registered is found
by its name; the reader notes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, Final, TypeVar

import msgspec

from .about import check_about
from .declare import Cim
from .spec import spec_of
from .substitution import xsi_type_of
from .xml_name import is_xml_name

C = TypeVar("C", bound=type[Cim])


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """A registered noun.

    Attributes:
        name: the payload's element.
        namespace: the payload's namespace, as it is written.
        header: the word in Header.Noun. It differs from ``name`` for a query: the payload ``GetMeterReadings`` is in
            the request area of a ``get MeterReadings``.
        query: whether it is a query.
        cls: the class that stands for it.
        items: the field that lists what the noun consists of, empty if it is one thing itself.
        about: paths to the object that an item is about, the most telling first; empty if none were declared.
        source: what the class was made from: ``schema`` (a public copy of the profile), ``shape`` (a public one that
            was simplified or moved), ``sample`` (messages alone), ``derived`` (classes of the CIM, by rules of our
            own: no profile is public); empty for a user's noun that does not say it.

    Raises:
        ValueError: ``name`` is none of XML.

    >>> from cimbus.nouns import GetMeterReadings
    >>> entry = noun_of(GetMeterReadings)
    >>> entry.name, entry.header, entry.query
    ('GetMeterReadings', 'MeterReadings', True)
    """

    name: str
    namespace: str
    header: str
    query: bool
    cls: type[Cim]
    items: str = ""
    about: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        if not is_xml_name(self.name):
            raise ValueError(f"{self.name!r} is no name of an element; give another one: noun(..., name=)")


_by_name: dict[tuple[str, str], Noun] = {}
_by_class: dict[type[Any], Noun] = {}
_by_local: dict[str, tuple[Noun, ...]] = {}
"""By name: the one registered first comes first."""
_watchers: list[Callable[[], None]] = []
"""Called after each registration."""
_provided: Final[dict[str, str]] = {}
"""Nouns whose module is imported when one of them is looked up, with that module."""


def provide(module: str, names: Iterable[str]) -> None:
    """Say that a module registers these nouns: it is imported when one of them is looked up.

    Args:
        module: its full name.
        names: payload elements.

    >>> provide("cimbus.nouns.work", ["WorkRequests"])
    >>> find_named("WorkRequests")[0].cls.__module__.startswith("cimbus.nouns.work")
    True
    """
    _provided.update(dict.fromkeys(names, module))


def _load(name: str) -> None:
    """Import the module that provides a noun, if there is one that was not yet."""
    module = _provided.get(name)
    if module is not None:
        import_module(module)  # a thread that comes meanwhile waits for it here
        _ = _provided.pop(name, None)


def noun(
    namespace: str,
    *,
    name: str = "",
    query_of: str = "",
    items: str = "",
    about: tuple[str, ...] = (),
    source: str = "",
) -> Callable[[C], C]:
    """Register the decorated class as the payload of a noun.

    ``items`` and ``about`` say which object a payload is about. Its mRID (else its first name) becomes the key of the
    topic, and messages with one key keep their order. A noun without ``about`` is searched for an mRID or a name.

    Args:
        namespace: the profile's namespace, written on output.
        name: the payload's element name; by default the class's.
        query_of: the noun that this payload queries (``"MeterReadings"`` for ``GetMeterReadings``).
        items: the field that lists what the noun consists of (``"MeterReading"`` of ``MeterReadings``).
        about: paths of field names joined by dots, from one item on, in order of preference; ``""`` is the item itself.
        source: what the class was made from; see ``Noun``.

    Raises:
        ValueError: another class has that (noun, namespace) already, the name is none of XML, or a path in ``about``
            leads nowhere.
        TypeError: a field has a type without an XML form, or ``about`` is no tuple.

    >>> from cimbus import Cim, noun
    >>> from cimbus.nouns import key_of
    >>> @noun("http://example.org/SwitchLog#", about=("",))
    ... class SwitchLog(Cim):
    ...     mRID: str | None = None
    ...     entry: list[str] = []
    >>> key_of(SwitchLog(mRID="switch-7"))
    'switch-7'
    """

    def register(cls: C) -> C:
        word = name or cls.__name__
        entry = Noun(
            name=word,
            namespace=namespace,
            header=query_of or word,
            query=bool(query_of),
            cls=cls,
            items=items,
            about=about,
            source=source,
        )
        if _provided.get(word, "") not in cls.__module__:  # the built-in one comes first, and does not replace it later
            _load(word)
        taken = _by_name.get((word, namespace))
        # a module that is run again (reload, a notebook) declares the same class again: the new one takes its place
        if taken is not None and taken.cls.__qualname__ != cls.__qualname__:
            raise ValueError(f"{word} in {namespace} is {taken.cls.__module__}.{taken.cls.__qualname__} already")
        spec_of(cls)
        check_about(cls, items, about)
        _by_name[word, namespace] = entry
        same = _by_local.get(word, ())
        _by_local[word] = tuple(entry if each is taken else each for each in same) if taken in same else (*same, entry)
        _by_class[cls] = entry
        for watcher in _watchers:
            watcher()
        return cls

    return register


def watch_nouns(watcher: Callable[[], None]) -> None:
    """Call a function after each registration, as long as the process lives: for what is worked out of all nouns.

    >>> from cimbus import Cim, noun
    >>> seen = []
    >>> watch_nouns(lambda: seen.append("registered"))
    >>> @noun("http://example.org/Watched#")
    ... class Watched(Cim):
    ...     mRID: str | None = None
    >>> seen
    ['registered']
    """
    _watchers.append(watcher)


def find_noun(name: str, namespace: str) -> Noun | None:
    """Return the noun registered under exactly this name and namespace, else under this name, else None.

    >>> import cimbus.nouns
    >>> find_noun("MeterReadings", "http://iec.ch/TC57/2009/MeterReadings#").namespace
    'http://iec.ch/TC57/2011/MeterReadings#'
    """
    return find_exact(name, namespace) or next(iter(find_named(name)), None)


def find_exact(name: str, namespace: str) -> Noun | None:
    """Return the noun registered under exactly this name and namespace, or None.

    >>> import cimbus.nouns
    >>> find_exact("MeterReadings", "urn:x") is None
    True
    """
    found = _by_name.get((name, namespace))
    if found is None and name in _provided:
        _load(name)
        return _by_name.get((name, namespace))
    return found


def find_named(name: str) -> tuple[Noun, ...]:
    """Return all nouns registered under a name, in whatever namespace.

    >>> import cimbus.nouns
    >>> [entry.namespace for entry in find_named("MeterReadings")]
    ['http://iec.ch/TC57/2011/MeterReadings#']
    """
    if name in _provided:
        _load(name)
    return _by_local.get(name, ())


def find_in_case(name: str) -> tuple[Noun, ...]:
    """Return all nouns registered under a name in another case (``meterReadings``, as JSON may have it).

    >>> import cimbus.nouns
    >>> [entry.name for entry in find_in_case("meterReadings")]
    ['MeterReadings']
    """
    lower = name.lower()
    for word in [word for word in _provided if word.lower() == lower]:
        _load(word)
    return next((same for word, same in _by_local.items() if word.lower() == lower), ())


def find_class(cls: type[Any]) -> Noun | None:
    """Return the noun that a class stands for, itself or for one that it extends (``xsi_type``), or None.

    >>> from cimbus.nouns import MeterReadings, Name
    >>> find_class(MeterReadings).items, find_class(Name)
    ('MeterReading', None)
    """
    found = _by_class.get(cls)
    if found is None and xsi_type_of(cls):
        return next((_by_class[base] for base in cls.__mro__ if base in _by_class), None)
    return found


def noun_of(cls: type[Any]) -> Noun:
    """Return the noun that a class stands for.

    Raises:
        TypeError: the class is not registered.

    >>> from cimbus.nouns import MeterReadings
    >>> noun_of(MeterReadings).namespace
    'http://iec.ch/TC57/2011/MeterReadings#'
    """
    found = find_class(cls)
    if found is None:
        raise TypeError(
            f"{cls.__name__} is not a noun; decorate the class with @cimbus.noun(namespace), "
            f"or send a cimbus.XmlElement"
        )
    return found


def unloaded_nouns() -> frozenset[str]:
    """Return the names of nouns whose module was not imported yet (``provide``).

    >>> "MeterReadings" in unloaded_nouns()
    False
    """
    return frozenset(_provided)


def loaded_nouns() -> list[Noun]:
    """Return every noun that is registered now, by name; nothing is imported.

    >>> import cimbus.nouns
    >>> "MeterReadings" in [entry.name for entry in loaded_nouns()]
    True
    """
    return sorted(_by_name.values(), key=lambda entry: (entry.name, entry.namespace))


def all_nouns() -> list[Noun]:
    """Return every registered noun, by name; those that are provided are imported.

    >>> import cimbus.nouns
    >>> "MeterReadings" in [entry.name for entry in all_nouns()]
    True
    """
    for name in list(_provided):
        _load(name)
    return loaded_nouns()
