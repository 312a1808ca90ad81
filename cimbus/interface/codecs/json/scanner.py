"""The objects of some names in JSON text that comes in pieces; what is in none of them is passed over, and not kept.

Rule: no more text is held than one piece and one object, however long the document is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs do not have it
from typing import Any, Final, NamedTuple, NoReturn, cast

from cimbus.errors import DecodeError
from cimbus.interface.codecs.class_names import ClassNames
from cimbus.interface.codecs.limits import Limits, beyond
from cimbus.interface.model import find_in_case, find_named

from .bare_items import main_children
from .loads import DECODER

Json = Any

_BLANK: Final = re.compile(r"[ \t\n\r]*")
"""White space of JSON (RFC 8259, 2)."""
_BETWEEN: Final = re.compile(r"[\s,\x1e\0]*")
"""Between documents: lines, record separators (RFC 7464), commas; and the NULs that C programs send."""
_STRING: Final = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_PLAIN: Final = re.compile(r"[-+.\w]+")
_LITERAL: Final = re.compile(r"(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)", re.ASCII)
_FIRST: Final = re.compile(r'(?:\[\s*)?\{\s*"([^"\\]*)"')
"""The first member of an object, or of the first object in a list."""
_CUT: Final = 12
"""Characters at the end of a piece that may be half of something: an escaped surrogate pair has twelve."""
_KEY: Final = 1_000
"""Characters of a key that is looked at; names have no more (``Limits.max_name``)."""


class Found(NamedTuple):
    """One object.

    Attributes:
        name: the name that it stands under; of a noun's main child that stands for itself, that child's.
        value: its tree.
        text: its text.
        uri: the namespace of the noun that it is in, as far as that was said before it; else empty.
    """

    name: str
    value: Json
    text: str
    uri: str


class _Frame:
    """A container that is open: what its members or items are, and what comes next in it."""

    __slots__ = ("array", "name", "started", "uri", "wanted")

    def __init__(self, name: str, uri: str, *, array: bool, wanted: bool = False) -> None:
        self.name = name
        self.uri = uri
        self.array = array
        self.wanted = wanted
        self.started = False


class Scanner:
    """Finds the objects in one text.

    Args:
        pieces: the text.
        names: the names that objects stand under, in lower case.
        limits: ``max_depth`` for the document, ``max_bytes`` for each object.

    >>> from cimbus.nouns import Status
    >>> names = ClassNames(Status).folded()
    >>> pieces = iter(['{"status": [{"b"', ': 1}, {"b": 2}]}'])
    >>> [each.value for each in Scanner(pieces, names, Limits())]
    [{'b': 1}, {'b': 2}]
    """

    def __init__(self, pieces: Iterator[str], names: ClassNames, limits: Limits) -> None:
        self._pieces = pieces
        self._names = names
        self._limits = limits
        self._text = ""
        self._at = 0
        self._open: list[_Frame] = []
        self.x2js = False
        """Whether a member was passed that is called as x2js does it."""

    def __iter__(self) -> Iterator[Found]:
        """Yield the objects in the order of the document.

        Raises:
            DecodeError: it is not valid JSON; what came before was yielded.
            UnsafeError: beyond the limits.
        """
        while True:
            if not self._open:
                if not self._next(_BETWEEN):
                    return
                found = self._value("", "", wanted=False)
            else:
                found = self._in_container(self._open[-1])
            if found is not None:
                yield found

    def _in_container(self, frame: _Frame) -> Found | None:
        """Read one member, item or end of a container."""
        mark = self._next() or self._broken("it ends inside")
        if mark == ("]" if frame.array else "}"):
            self._at += 1
            self._open.pop()
            return None
        if frame.started:
            if mark != ",":
                self._broken("a comma is missing")
            self._at += 1
            mark = self._next()
        frame.started = True
        if frame.array:
            return self._value(frame.name, frame.uri, wanted=frame.wanted)
        if mark != '"':
            self._broken("a name of a member is missing")
        key = self._string(_KEY) or ""
        if self._next() != ":":
            self._broken("a colon is missing")
        self._at += 1
        if key == "@xmlns" and self._next() == '"':
            frame.uri = self._string(_KEY) or ""
            return None
        self.x2js = self.x2js or key.startswith(("_xmlns", "__prefix", "__text"))
        name = key.rpartition(":")[2]
        several = find_named(name) or find_in_case(name)
        return self._value(
            name, several[0].namespace if several else frame.uri, wanted=self._is_wanted(name, frame.name)
        )

    def _value(self, name: str, uri: str, *, wanted: bool) -> Found | None:
        """Read a value, or begin one: an object that is wanted is returned."""
        mark = self._next() or self._broken("it ends inside")
        if mark in "{[":
            child = self._main_child(name)
            if wanted and (mark == "{" or child):  # a list of its main children is one noun
                return self._object(name, uri)
            if child and mark == "{":
                name, wanted = child, self._is_wanted(child, name)
                if wanted:
                    return self._object(name, uri)
            if len(self._open) >= self._limits.max_depth:
                raise beyond("JSON is nested deeper", "max_depth", self._limits.max_depth)
            self._at += 1
            self._open.append(_Frame(name, uri, array=mark == "[", wanted=wanted))
        elif mark == '"':
            _ = self._string(0)
        else:
            self._literal()
        return None

    def _is_wanted(self, name: str, above: str) -> bool:
        return self._names.has(name.lower(), above.lower())

    def _main_child(self, name: str) -> str:
        """Return the name of a noun's main child, if what begins here is one or a list of them, and not the noun."""
        if not find_named(name) and not find_in_case(name):
            return ""
        if len(self._text) - self._at < _KEY:
            _ = self._more(_KEY)
        first = _FIRST.match(self._text, self._at)  # its first member says so
        field = None if first is None else main_children(name, first[1])
        return "" if field is None else field.xml

    def _object(self, name: str, uri: str) -> Found:
        """Read an object that is wanted; where it is cut off, once more with twice the text."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise DecodeError("not valid JSON: nested too deeply") from None
            except json.JSONDecodeError as error:
                whole = error.pos < len(self._text) - _CUT and not error.msg.startswith("Unterminated string")
                wanted = len(self._text) - self._at
                if wanted > self._limits.max_bytes:
                    raise beyond("an object has more characters", "max_bytes", self._limits.max_bytes) from None
                if whole or not self._more(wanted):
                    raise DecodeError(f"not valid JSON: {error.msg}") from None
            except DecodeError:
                raise
            except ValueError as error:  # an integer of more than 4 300 digits (sys.int_info.default_max_str_digits)
                raise DecodeError(f"not valid JSON: {error}") from None
            else:
                text = self._text[self._at : end]
                self._at = end
                return Found(name, value, text, uri)

    def _string(self, most: int) -> str | None:
        """Read a string; return it if it has at most so many characters, else None. It is not kept as a whole."""
        self._at += 1
        begun, kept = self._at, '"'
        while True:
            end = cast("re.Match[str]", _STRING.match(self._text, self._at)).end()
            if len(kept) <= most:
                kept += self._text[self._at : end]
            self._at = end
            if end < len(self._text) and self._text[end] == '"':
                self._at += 1
                try:
                    return cast("str", scanstring(kept + '"', 1, True)[0]) if len(kept) <= most else None
                except ValueError:
                    self._broken("a string has an escape that there is not")
            if not self._more():
                self._broken(f"a string does not end ({begun})")

    def _literal(self) -> None:
        """Pass over a number, true, false or null."""
        while True:
            found = _PLAIN.match(self._text, self._at)
            if found is None or len(found[0]) > _KEY or found.end() < len(self._text) or not self._more():
                break
        if found is None or len(found[0]) > _KEY or _LITERAL.fullmatch(found[0]) is None:
            self._broken("there is no value where one belongs")
        self._at = found.end()

    def _next(self, between: re.Pattern[str] = _BLANK) -> str:
        """Return the next character that is no white space, empty at the end."""
        while True:
            self._at = cast("re.Match[str]", between.match(self._text, self._at)).end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self, wanted: int = 1) -> bool:
        """Read at least so many characters more, and forget what was passed over; False at the end."""
        parts, size = [self._text[self._at :]], 0
        while size < wanted and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            size += len(piece)
        self._text, self._at = "".join(parts), 0
        return size > 0

    def _broken(self, why: str) -> NoReturn:
        raise DecodeError(f"not valid JSON: {why}")
