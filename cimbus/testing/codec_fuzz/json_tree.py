"""JSON as a tree in which a member may stand twice and a number keeps its spelling; and writing it in any style."""

from __future__ import annotations

import json
from random import Random
from typing import Any, Final

_INDENT: Final = "  "
_ESCAPED: Final = {"/": "\\/", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_LAST_OF_ONE: Final = 0xFFFF
"""The last character that one escape stands for; others need two (RFC 8259, 7)."""


class Members(list[list[Any]]):
    """An object: names and values, each a list of two.

    >>> read_tree('{"a": 1.50, "a": []}')
    [['a', Number('1.50')], ['a', []]]
    """


class Number(str):
    """A number as it is written, or what stands in the place of one.

    >>> Number("1e5")
    Number('1e5')
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Number({str(self)!r})"


def read_tree(text: str) -> Any:
    """Return JSON as a tree.

    Raises:
        ValueError: it is no JSON.

    >>> read_tree('{"a": ["b", null]}')
    [['a', ['b', None]]]
    """
    return json.loads(
        text,
        object_pairs_hook=lambda pairs: Members([list(pair) for pair in pairs]),
        parse_float=Number,
        parse_int=Number,
        parse_constant=Number,
    )


class TreeWriter:
    """Writes a tree in one style.

    Args:
        random: which style.

    >>> TreeWriter(Random("8")).write(read_tree('{"a": 1}'))
    '{"a":1}'
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._colon, self._comma = random.choice(((":", ","), (":", ","), (": ", ", "), (" : ", " ,\t")))
        self._lines = random.random() < 0.2
        self._escapes = random.choice((0.0, 0.0, 0.02))
        """How likely a character is written as an escape where it needs none."""

    def write(self, value: Any, level: int = 0) -> str:
        """Return the text of a tree."""
        if isinstance(value, Members):
            return self._all("{", "}", [self.text(k) + self._colon + self.write(v, level + 1) for k, v in value], level)
        if isinstance(value, list):
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
            return self._all("[", "]", [self.write(each, level + 1) for each in items], level)
        if isinstance(value, Number):
            return str(value)
        return self.text(value) if isinstance(value, str) else json.dumps(value)

    def text(self, value: str) -> str:
        """Return a text with its quotation marks."""
        if not self._escapes:
            return json.dumps(value, ensure_ascii=False)
        return f'"{"".join(map(self._character, value))}"'

    def _character(self, character: str) -> str:
        if character in '"\\':
            return f"\\{character}"
        if character < " " or self._random.random() < self._escapes:
            code = ord(character)
            return _ESCAPED.get(character, json.dumps(character)[1:-1] if code > _LAST_OF_ONE else f"\\u{code:04x}")
        return character

    def _all(self, begin: str, end: str, parts: list[str], level: int) -> str:
        if not self._lines or not parts:
            return begin + self._comma.join(parts) + end
        inner = f"\n{_INDENT * (level + 1)}"
        return f"{begin}{inner}{f',{inner}'.join(parts)}\n{_INDENT * level}{end}"
