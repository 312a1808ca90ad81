"""Filters of addresses that do not overlap, for a broker that delivers a message once per matching filter. Pure.

Where two filters would overlap, one that covers both replaces them; what it covers too much is dropped on arrival.
"""

from __future__ import annotations

from collections.abc import Iterable

from cimbus.middleware.naming import AddressSyntax

Levels = tuple[str, ...]


def disjoint_filters(syntax: AddressSyntax, filters: Iterable[str]) -> tuple[str, ...]:
    """Return filters of which no two match the same address, and which match all that the given ones match.

    Args:
        syntax: of the addresses; its wildcard for all further levels also matches the level above it.
        filters: as ``Naming.filter`` writes them.

    >>> syntax = AddressSyntax(separator="/", escape="%", legal="[a-z]", one="+", rest="#", limit=100)
    >>> disjoint_filters(syntax, ["a/b/#", "a/+/c", "x"])
    ('a/+/#', 'x')
    """
    found: list[Levels] = []
    for text in filters:
        new = tuple(text.split(syntax.separator))
        while (other := next((one for one in found if _overlap(syntax, one, new)), None)) is not None:
            found.remove(other)
            new = _union(syntax, other, new)
        found.append(new)
    return tuple(syntax.separator.join(levels) for levels in found)


def _overlap(syntax: AddressSyntax, one: Levels, two: Levels) -> bool:
    """Return whether some address matches both."""
    for place in range(max(len(one), len(two)) + 1):
        left = one[place] if place < len(one) else None
        right = two[place] if place < len(two) else None
        if syntax.rest in (left, right):
            return True
        if left is None or right is None:
            # a/b and a/b/#: the longer one may go on with nothing but the wildcard for all further levels
            longer = one if right is None else two
            return left is right or longer[place] == syntax.rest
        if left != right and syntax.one not in (left, right):
            return False
    return True


def _union(syntax: AddressSyntax, one: Levels, two: Levels) -> Levels:
    """Return the narrowest filter that matches what either of two overlapping ones matches."""
    words: list[str] = []
    for left, right in zip(one, two, strict=False):
        if syntax.rest in (left, right):
            return (*words, syntax.rest)
        words.append(left if left == right else syntax.one)
    return tuple(words) if len(one) == len(two) else (*words, syntax.rest)
