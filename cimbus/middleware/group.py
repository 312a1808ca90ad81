"""What a group is: its name and its patterns, on every middleware; and what a middleware tells of its groups.

Two subscriptions of one name with other patterns are two groups, and each gets its own messages. So an application that
changes its patterns begins a new group: the old one stays with its backlog, and goes on collecting, until it is deleted
or its middleware forgets it. Context is a level of a pattern: each environment has groups of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from cimbus.interface.topic import Pattern


def ordered(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """Return patterns in an order of their own, each once: so the same ones are written alike.

    >>> a, b = Pattern(noun="A"), Pattern(noun="B")
    >>> ordered([b, a, b]) == ordered([a, b])
    True
    """
    return tuple(sorted(set(patterns), key=_written))


def _written(pattern: Pattern) -> str:
    """Return a pattern as text: the same in every process, and for a kind that is given as text or as ``Kind``."""
    return json.dumps([None if level is None else str(level) for level in pattern.levels])


def patterns_digest(patterns: Iterable[Pattern], *more: str) -> str:
    """Return what tells a group from others of its name: eight hexadecimal digits.

    These 32 bits have to tell only the few sets of patterns apart that one name ever had.

    >>> one, two = Pattern(noun="MeterReadings"), Pattern(noun="MeterReadings", verb="created")
    >>> patterns_digest([one, two]) == patterns_digest([two, one, two])
    True
    >>> patterns_digest([one])
    'b4ec37f9'

    Args:
        patterns: of the group, in any order.
        more: what else makes it another subscription at a broker.
    """
    levels = [_written(pattern) for pattern in ordered(patterns)]
    return hashlib.sha256("\0".join((*levels, *more)).encode("utf-8", "surrogatepass")).hexdigest()[:8]


class GroupDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What a middleware tells of one group.

    >>> GroupDescription(name="OMS-8a7c9c34", group="OMS", receives=(), consumers=0, backlog=7).abandoned
    True

    Attributes:
        name: by which it is deleted; unlike ``group``, no other one has it.
        group: its name as applications give it.
        receives: the topics, as patterns or as the middleware writes them.
        consumers: how many are open now.
        backlog: how many messages it has not settled.
    """

    name: str
    group: str
    receives: tuple[str, ...]
    consumers: int
    backlog: int

    @property
    def abandoned(self) -> bool:
        """Whether messages wait and no consumer is there."""
        return bool(self.backlog and not self.consumers)


@runtime_checkable
class GroupAdmin(Protocol):
    """A transport whose middleware lists and deletes groups.

    >>> from cimbus.middleware.memory import MemoryTransport
    >>> isinstance(MemoryTransport(), GroupAdmin)
    True
    """

    async def groups(self) -> Sequence[GroupDescription]:
        """Return the groups there are, those without a consumer too.

        Raises:
            TransportError: the middleware does not say.
        """
        ...

    async def forget(self, group: str) -> int:
        """End groups that have no consumer and will not come back; return how many messages waited for them.

        Args:
            group: a name as ``groups`` shows it; or that of a group, for all its patterns.

        Raises:
            TransportError: the middleware does not delete it.
        """
        ...
