"""The topic filters of an intake, so that no message comes twice.

A broker may deliver a message once per matching subscription (MQTT 5.0, 3.3.4), and says only sometimes which. So no
two filters of an intake overlap: where two would, one that covers both takes their place, and what it covers too much
is dropped after it came. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from cimbus.naming import Naming
from cimbus.transport import Intake

from .options import escaped

Levels = tuple[str, ...]


def filters_of(intake: Intake, naming: Naming, *, shared: bool) -> tuple[str, ...]:
    """Return the filters to subscribe to, with ``$share/<group>/`` in front if they are shared (4.8.2)."""
    wanted = disjoint(naming.filter(pattern) for pattern in intake.patterns)
    return tuple(f"$share/{escaped(intake.group)}/{one}" for one in wanted) if shared else wanted


def disjoint(filters: Iterable[str]) -> tuple[str, ...]:
    """Return filters of which no two match the same topic, and which match all that the given ones match."""
    found: list[Levels] = []
    for text in filters:
        new = tuple(text.split("/"))
        while (other := next((one for one in found if overlap(one, new)), None)) is not None:
            found.remove(other)
            new = union(one=other, two=new)
        found.append(new)
    return tuple("/".join(levels) for levels in found)


def overlap(one: Levels, two: Levels) -> bool:
    """Return whether some topic matches both."""
    for place in range(max(len(one), len(two)) + 1):
        left = one[place] if place < len(one) else None
        right = two[place] if place < len(two) else None
        if "#" in (left, right):  # also matches the level above it (MQTT 5.0, 4.7.1.2)
            return True
        if left is None or right is None:
            # a/b and a/b/#: the longer one may go on with nothing but #
            longer = one if right is None else two
            return left is right or longer[place] == "#"
        if left != right and "+" not in (left, right):
            return False
    return True


def union(one: Levels, two: Levels) -> Levels:
    """Return the narrowest filter that matches what either of two overlapping ones matches."""
    words: list[str] = []
    for left, right in zip(one, two, strict=False):
        if "#" in (left, right):
            return (*words, "#")
        words.append(left if left == right else "+")
    return tuple(words) if len(one) == len(two) else (*words, "#")
