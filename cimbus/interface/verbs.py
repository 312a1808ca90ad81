"""The fourteen verbs of Edition 1, and those of other programs, which have to be meant.

Rule: a verb decides whether a message is an event or a request, and which handlers receive it. One that is misspelt
would go where no application waits for it, so a text that is none of the fourteen is refused.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from cimbus.errors import UsageError

VerbName = Literal[
    "cancel",
    "canceled",
    "change",
    "changed",
    "close",
    "closed",
    "create",
    "created",
    "delete",
    "deleted",
    "execute",
    "executed",
    "get",
    "reply",
]
"""The fourteen verbs, for type checkers."""
VERB_NAMES: Final[frozenset[str]] = frozenset(get_args(VerbName))


class UnknownVerbError(UsageError, ValueError):
    """A verb is none of the fourteen, and was not said to be meant: ``Verb.other("archived")``.

    >>> issubclass(UnknownVerbError, UsageError)
    True
    """


class OtherVerb(str):
    """A verb that is none of the fourteen, and is meant; ``Verb.other`` makes it."""

    __slots__ = ()


def check_verb(verb: object) -> None:
    """Refuse a text that is none of the fourteen verbs, unless it is an ``OtherVerb``.

    >>> check_verb("creatd")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cimbus.interface.verbs.UnknownVerbError: 'creatd' is none of the verbs cancel, canceled, ...

    Raises:
        UnknownVerbError: it lists the fourteen.
    """
    if verb in VERB_NAMES or isinstance(verb, OtherVerb):
        return
    raise UnknownVerbError(
        f"{verb!r} is none of the verbs {', '.join(sorted(VERB_NAMES))}; if it is meant, write Verb.other({verb!r})"
    )
