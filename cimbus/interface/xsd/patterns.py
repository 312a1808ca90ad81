r"""Regular expressions of XML Schema (part 2, appendix F) as those of Python's ``re``.

They differ in the escapes: ``\i`` and ``\c`` (name characters), ``\p{..}`` (categories of Unicode), and subtraction
in classes (``[a-z-[aeiou]]``); ``^`` and ``$`` are ordinary characters there; ``.`` excludes carriage returns.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_START: Final = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
"""First characters of an XML name (XML 1.0, 2.3, production 4)."""
_MORE: Final = _START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CLASSES: Final = {"i": _START, "c": _MORE, "d": "\\d", "s": " \\t\\n\\r"}
_NEGATED: Final = {"I": _START, "C": _MORE, "D": "\\d", "S": " \\t\\n\\r"}
_PLAIN: Final = {"n": "\\n", "r": "\\r", "t": "\\t"}
_ESCAPED: Final = "\\|.?*+(){}[]-^$"
_PLANE: Final = 0x10000
"""Categories are worked out for the basic plane: identifiers of the field have no characters beyond it."""


class PatternError(ValueError):
    """A pattern that has no counterpart."""


def python_pattern(pattern: str) -> str:
    r"""Return the pattern of Python that matches (as a whole) what a pattern of XML Schema matches.

    Raises:
        PatternError: it is no pattern of XML Schema, or has no counterpart.

    >>> python_pattern(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}"), python_pattern("$5")
    ('[0-9a-f]{8}(?:-[0-9a-f]{4}){3}', '\\$5')
    """
    try:
        made = _Translator(pattern).whole()
        re.compile(made)
    except (re.error, IndexError, OverflowError) as error:
        raise PatternError(f"{pattern!r} cannot be translated: {error}") from error
    return made


class _Translator:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def whole(self) -> str:
        out: list[str] = []
        while self._at < len(self._text):
            out.append(self._one())
        return "".join(out)

    def _take(self) -> str:
        char = self._text[self._at]
        self._at += 1
        return char

    def _one(self) -> str:
        char = self._take()
        if char == "\\":
            return self._escape(inside=False)
        if char == "[":
            return self._class()
        if char == ".":
            return "[^\\n\\r]"
        if char == "(":
            if self._text.startswith("?", self._at):
                raise PatternError(f"{self._text!r}: '(?' is no part of XML Schema")
            return "(?:"
        if char in "^$":
            return "\\" + char
        if char in "*+?}" and self._text[self._at : self._at + 1] in ("?", "+"):
            raise PatternError(f"{self._text!r}: a quantifier stands behind another")
        return char

    def _escape(self, *, inside: bool) -> str:
        """Return what an escape means; inside of brackets without brackets of its own."""
        char = self._take()
        if char in _PLAIN:
            return _PLAIN[char]
        if char in _ESCAPED:
            return "\\" + char
        if char in _CLASSES:
            return _CLASSES[char] if inside else f"[{_CLASSES[char]}]"
        if char in "pP":
            self._take()
            end = self._text.index("}", self._at)
            members = _category(self._text[self._at : end])
            self._at = end + 1
            negative = char == "P"
        elif char == "w":  # all but punctuation, separators and others
            members, negative = "".join(map(_category, "PZC")), True
        elif char == "W":
            members, negative = "".join(map(_category, "PZC")), False
        elif char in _NEGATED:
            members, negative = _NEGATED[char], True
        else:
            raise PatternError(f"{self._text!r}: the escape \\{char} is not known")
        if not inside:
            return f"[{'^' if negative else ''}{members}]"
        if negative:
            members = _complement(members)
        return members

    def _class(self) -> str:
        negated = self._text.startswith("^", self._at)
        self._at += negated
        out: list[str] = []
        minus = ""
        while (char := self._take()) != "]":
            if char == "-" and self._text.startswith("[", self._at):
                self._at += 1
                minus = self._class()
                continue
            out.append(self._escape(inside=True) if char == "\\" else f"\\{char}" if char in "[&~|^" else char)
        inner = "".join(out)
        if inner.startswith("-"):
            inner = "\\" + inner
        if inner.endswith("-") and not inner.endswith("\\-"):
            inner = inner[:-1] + "\\-"
        made = f"[{'^' if negated else ''}{inner}]"
        return f"(?:(?!{minus}){made})" if minus else made


@lru_cache(64)
def _category(name: str) -> str:
    """Return the characters of a category of Unicode (``L``, ``Lu``) as they stand in brackets."""
    if name.startswith("Is") or not re.fullmatch("[LMNPZSC][a-z]?", name):
        raise PatternError(f"the characters \\p{{{name}}} are not supported")
    return _ranges([unicodedata.category(chr(code)).startswith(name) for code in range(_PLANE)])


@lru_cache(64)
def _complement(members: str) -> str:
    inside = re.compile(f"[{members}]")
    return _ranges([inside.match(chr(code)) is None for code in range(_PLANE)]) + "\U00010000-\U0010ffff"


def _ranges(flags: list[bool]) -> str:
    out: list[str] = []
    start = -1
    for code, flag in enumerate([*flags, False]):
        if flag and start < 0:
            start = code
        elif not flag and start >= 0:
            last = code - 1
            out.append(_char(start) if start == last else f"{_char(start)}-{_char(last)}")
            start = -1
    return "".join(out)


def _char(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
