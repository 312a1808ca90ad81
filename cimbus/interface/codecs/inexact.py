"""Texts that are read although they are not what cimbus would write: each is a value with a remark."""

from __future__ import annotations

from typing import Any


class InexactError(Exception):  # not an error: a value with a remark
    """A text outside the lexical space whose meaning is plain all the same.

    Attributes:
        value: what it means.
        note: what is unusual about it.

    >>> from cimbus.interface.codecs.lexical import read_boolean
    >>> try:
    ...     read_boolean("yes")
    ... except InexactError as inexact:
    ...     print(inexact.value, "-", inexact.note)
    True - 'yes' is not written as true or false
    """

    def __init__(self, value: Any, note: str) -> None:
        super().__init__(value, note)
        self.value = value
        self.note = note


class AllowedError(InexactError):
    """A text that the schema allows, and whose value says less: a time without a zone, or finer than a microsecond.

    >>> issubclass(AllowedError, InexactError)
    True
    """


class LooseNoZoneError(InexactError):
    """A time in a loose notation without a zone.

    >>> issubclass(LooseNoZoneError, AllowedError)
    False
    """


class NoZoneError(AllowedError):
    """A time without a zone, in UTC until the reader is told another.

    >>> issubclass(NoZoneError, AllowedError)
    True
    """


class SpelledError(InexactError):
    """A text of the lexical space that cimbus would write in another way (``1`` for ``true``).

    >>> issubclass(SpelledError, InexactError)
    True
    """


class InfinityError(InexactError):
    """``Infinity`` in place of ``INF``: JSON has it so from us, too, and XML Schema does not.

    >>> issubclass(InfinityError, InexactError)
    True
    """
