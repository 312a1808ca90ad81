"""Integers joined by dots: the form that most codes share.

A code is a text, so that it compares with the text in a message (``reading.ReadingType.ref == code``), is found in a
dict or a set by that text, and may be written wherever a text may. Rule: what is accepted here formats back to the same
numbers. A number has at most nine digits, so that reading a text costs no more than its length, however long it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Self, overload

LIMIT: Final = 10**9
"""No number of a code reaches this: the largest known have four digits, and nine fit into the integers of any peer."""

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
_SHOWN: Final = 80
"""Characters of a wrong code shown in an error: one line."""
_CLOSE: Final = 4
"""Names proposed for one that is not known."""


def integers(text: str, count: int, what: str, example: str) -> list[int]:
    """Return the numbers of a code.

    Leading zeros are accepted (``01`` is 1), and are lost.

    Raises:
        ValueError: it is no such code; the message says what one looks like.

    >>> integers("3.26.0.47", 4, "EndDeviceEventType", "3.26.0.47")
    [3, 26, 0, 47]
    """
    parts = text.split(".", count)
    if len(parts) != count or not all(map(_NUMBER.fullmatch, parts)):
        shown = repr(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")
        raise ValueError(
            f"{shown} is no {what} code, which is {count} integers joined by dots such as {example}; "
            f"keep a code of another scheme as text"
        )
    return [int(part) for part in parts]


def check(numbers: Iterable[object], what: str) -> None:
    """Refuse a code that could not be parsed again.

    Raises:
        ValueError: a part is no integer or has more than nine digits.

    >>> check([3, 26, 0, 10**9], "EndDeviceEventType")
    Traceback (most recent call last):
    ValueError: 1000000000 in a EndDeviceEventType code: its parts are integers of at most nine digits
    """
    for number in numbers:  # type(), since True is an int to isinstance
        if type(number) is not int or not -LIMIT < number < LIMIT:
            raise ValueError(f"{number!r} in a {what} code: its parts are integers of at most nine digits")


def word(table: Mapping[int, str], name: str, number: int) -> str:
    """Return what a table says of a number, or else the part's name and the number.

    >>> word({26: "power"}, "domain", 26), word({26: "power"}, "domain", 27)
    ('power', 'domain 27')
    """
    return table.get(number) or f"{name} {number}"


def number_of(value: object, name: str, *tables: Mapping[int, str]) -> Any:
    """Return the number that a name stands for in one of the tables; anything but a text as it is.

    Raises:
        ValueError: no table has the name; the message proposes names that are like it.

    >>> number_of("power", "domain", {12: "security", 26: "power"})
    26
    >>> number_of("pwer", "domain", {12: "security", 26: "power"})
    Traceback (most recent call last):
    ValueError: 'pwer' is no domain: give an integer of at most nine digits, or a name such as 'power'
    """
    if not isinstance(value, str):
        return value
    for table in tables:
        for number, text in table.items():
            if text == value:
                return number
    from difflib import get_close_matches  # for the error only

    names = [text for table in tables for text in table.values()]
    close = get_close_matches(value[:_SHOWN], names, _CLOSE, 0.4) or names[:_CLOSE]
    raise ValueError(
        f"{value[:_SHOWN]!r} is no {name}: give an integer of at most nine digits, "
        f"or a name such as {', '.join(map(repr, close))}"
    )


class Part:
    """One number of a code, by its place.

    >>> from cimbus.codes import EndDeviceEventCode
    >>> EndDeviceEventCode("3.26.0.47").domain
    26
    """

    def __init__(self, place: int) -> None:
        self._place = place

    @overload
    def __get__(self, code: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, code: DottedCode, owner: type[Any]) -> int: ...
    def __get__(self, code: DottedCode | None, owner: type[Any]) -> Self | int:
        return self if code is None else code.numbers[self._place]


class DottedCode(str):
    """The base of codes that are integers joined by dots: a text, with its numbers by name.

    Leading zeros and white space around a code are lost, so that equal codes are equal texts.

    >>> from cimbus.codes import ReadingQualityCode
    >>> code = ReadingQualityCode("2.08.0")
    >>> code, code.numbers, code == "2.8.0", {"2.8.0": "estimated"}[code]
    (ReadingQualityCode('2.8.0'), (2, 8, 0), True, 'estimated')
    """

    __slots__ = ("_numbers",)

    WHAT: ClassVar[str] = "dotted"
    """The element that refers to such codes."""
    EXAMPLE: ClassVar[str] = "1.2"
    PARTS: ClassVar[tuple[str, ...]] = ()
    """The names of the numbers, in code order."""

    _numbers: tuple[int, ...]

    @classmethod
    def _of(cls, numbers: Iterable[int]) -> Self:
        """Make the code of numbers.

        Raises:
            ValueError: a number could not be parsed again.
        """
        made = tuple(numbers)
        check(made, cls.WHAT)
        code = str.__new__(cls, ".".join(map(str, made)))
        code._numbers = made  # noqa: SLF001  # its own
        return code

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Make the code that a text is.

        Raises:
            ValueError: it is none.
        """
        return cls._of(integers(text, len(cls.PARTS), cls.WHAT, cls.EXAMPLE))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The integers in code order."""
        return self._numbers

    def parts(self) -> dict[str, int]:
        """Return the integers by name, in code order.

        >>> from cimbus.codes import EndDeviceEventCode
        >>> EndDeviceEventCode("3.26.0.47").parts()
        {'type': 3, 'domain': 26, 'subDomain': 0, 'eventOrAction': 47}
        """
        return dict(zip(self.PARTS, self._numbers, strict=True))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of the numbers that no table here lists; such a number is kept and means what the sender says."""
        return ()

    @property
    def known(self) -> bool:
        """Whether the tables here list every number of it."""
        return not self.unknown
