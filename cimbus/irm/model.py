"""The reference model, read from its tables when it is first asked for."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeVar

import msgspec

from .tables import (
    AccessLink,
    BusinessFunction,
    BusinessObject,
    NounFacts,
    ProfileLayer,
    SeriesPart,
    StandardFact,
    SubFunction,
)

T = TypeVar("T")

SHARED: Final = "shared"
"""The code of what all functions share; the standard has none for it."""


@cache
def _table(name: str) -> dict[str, Any]:
    import tomllib  # with the tables: most programs read none

    return tomllib.loads(files("cimbus.irm").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _rows(table: str, name: str, kind: type[T]) -> tuple[T, ...]:
    """Return the rows of a table; a key that the class does not have is an error of the table."""
    return tuple(msgspec.convert(row, kind) for row in _table(table)[name])


@cache
def business_functions() -> tuple[BusinessFunction, ...]:
    """Return the sixteen business functions, in the standard's order, and behind them what all share.

    >>> [function.code for function in business_functions()][:5]
    ['AM', 'CM', 'ES', 'EDO', 'EDM']
    """
    return _rows("functions", "function", BusinessFunction)


def business_function(code: str) -> BusinessFunction:
    """Return a business function by its code.

    Raises:
        ValueError: there is none; the message lists those that there are.

    >>> business_function("FM").name
    'Fault Management'
    """
    for function in business_functions():
        if function.code == code:
            return function
    known = ", ".join(f"{function.code} ({function.name})" for function in business_functions())
    raise ValueError(f"there is no business function {code!r}; there are {known}")


def parts_of(function: BusinessFunction) -> list[BusinessFunction | SubFunction]:
    """Return a function, which accesses some objects as a whole, and its sub-functions.

    >>> len(parts_of(business_function("FM")))
    3
    """
    return [function, *function.sub_functions]


@cache
def business_objects() -> tuple[BusinessObject, ...]:
    """Return all business objects, by name, with who writes and who reads each.

    >>> len(business_objects()) > 90
    True
    """
    functions, names, suspect = defaultdict[str, list[str]](list), set[str](), set[str]()
    written, read = defaultdict[str, list[AccessLink]](list), defaultdict[str, list[AccessLink]](list)
    for function in business_functions():
        for name in function.objects + function.suspect_objects:
            functions[name].append(function.code)
        suspect |= set(function.suspect_objects)
        for within in parts_of(function):
            place = "" if within is function else within.name
            for many, links in ((within.writes, written), (within.reads, read)):
                for name in many:
                    links[name].append(AccessLink(function.code, place, doubtful=name in within.doubtful))
    names = {*functions, *written, *read}
    carried: dict[str, list[str]] = _table("nouns")["carried_by"]
    return tuple(
        BusinessObject(
            name=name,
            functions=tuple(functions.get(name, ())),
            written_by=tuple(written.get(name, ())),
            read_by=tuple(read.get(name, ())),
            nouns=tuple(carried.get(name, ())),
            suspect=name in suspect,
        )
        for name in sorted(names)
    )


def business_object(name: str) -> BusinessObject:
    """Return a business object by its name.

    Raises:
        ValueError: there is none; the message proposes names that are like it.

    >>> business_object("Network Model").functions
    ('NMM',)
    """
    found = {each.name: each for each in business_objects()}
    if name not in found:
        raise ValueError(f"there is no business object {name!r}{_like(name, found)}")
    return found[name]


@cache
def all_noun_facts() -> tuple[NounFacts, ...]:
    """Return what is known of each noun, part by part.

    >>> [noun.name for noun in all_noun_facts() if noun.part == "4"][:2]
    ['AssetList', 'AssetCatalogue']
    """
    return _rows("nouns", "noun", NounFacts)


def noun_facts(name: str) -> NounFacts:
    """Return what is known of a noun.

    Raises:
        ValueError: nothing is; the message proposes names that are like it.

    >>> noun_facts("DERGroups").quality
    'schema'
    """
    found = {each.name: each for each in all_noun_facts()}
    if name not in found:
        raise ValueError(f"nothing is known of a noun {name!r}{_like(name, found)}")
    return found[name]


def _like(name: str, names: dict[str, Any]) -> str:
    from difflib import get_close_matches  # for the error only

    close = get_close_matches(name, names)
    return f"; is it {' or '.join(map(repr, close))}?" if close else ""


@cache
def series_parts() -> tuple[SeriesPart, ...]:
    """Return the parts of the series.

    >>> [part.number for part in series_parts()]
    ['3', '4', '5', '6', '7', '8', '9', '11', '13', '100']
    """
    return _rows("series", "part", SeriesPart)


@cache
def profile_layers() -> tuple[ProfileLayer, ...]:
    """Return the layers of the interface profile, from the application down.

    >>> [layer.clause for layer in profile_layers()]
    ['5.2', '5.3', '5.4', '5.5', '5.6', '5.7', '5.8']
    """
    return _rows("series", "layer", ProfileLayer)


@cache
def standard_facts() -> tuple[StandardFact, ...]:
    """Return what else is public of IEC 61968-1, and what is known not to be.

    >>> {fact.source for fact in standard_facts()} >= {"front matter", "not public"}
    True
    """
    return _rows("series", "fact", StandardFact)


@cache
def nouns_heard_by(code: str) -> frozenset[str]:
    """Return the nouns that a business function would usually receive, queries for them included.

    They are those that belong to it, and those that carry an object which it reads (both inference).

    Raises:
        ValueError: there is no such function.

    >>> sorted(nouns_heard_by("RMO")), "EndDeviceEvents" in nouns_heard_by("FM")
    ([], True)
    """
    function = business_function(code)
    read = {name for within in parts_of(function) for name in within.reads}
    heard = {noun for name in read for noun in business_object(name).nouns}
    heard |= {noun.name for noun in all_noun_facts() if code in noun.functions}
    return frozenset(heard | {noun.name for noun in all_noun_facts() if noun.query_of in heard})


def is_foreign(noun: str, code: str) -> bool:
    """Return whether a noun is one of the series that a business function would not usually receive.

    A noun of which nothing is known is foreign to none, such as one of the application's own.

    Raises:
        ValueError: there is no such function.

    >>> is_foreign("AssetList", "EDO"), is_foreign("MeterReadings", "EDO"), is_foreign("Kettles", "EDO")
    (True, False, False)
    """
    facts = next((each for each in all_noun_facts() if each.name == noun), None)
    return noun not in nouns_heard_by(code) and facts is not None and bool(facts.functions)
