"""How topics are written on a middleware, and read back.

``Naming`` is one object with one property: ``naming.topic(naming.address(t), properties) == t`` for every topic ``t``,
whatever its key holds, and ``naming.filter(p)`` covers the address of every topic that ``p`` matches.

A template is levels joined by the middleware's separator. A level is a placeholder (``{context}``, ``{kind}``,
``{noun}``, ``{verb}``, ``{key}``; upper case, as in ``{CONTEXT}``, writes it in upper case) or fixed text. What the
template leaves out travels in the frame's properties.

Characters that a middleware cannot take are written as the middleware's escape character and two hexadecimal digits per
UTF-8 octet (the way of RFC 3986, 2.1). A key that would take more than half of an address is written as its head and a
digest; the whole key is then read from the frame's ``Key`` property. Whether that is so depends on the key alone: only
then can a filter be written that finds it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from cimbus.errors import UsageError
from cimbus.interface.topic import DEFAULT_CONTEXT, Pattern, Topic, kind_of_verb

FIELDS: Final = ("context", "kind", "noun", "verb", "key")


class AddressSyntax(msgspec.Struct, frozen=True, kw_only=True):
    """What is legal in an address of one kind of middleware.

    ``legal`` is a regular expression for one character that needs no escape; ``one`` and ``rest`` are the wildcards for
    one level and for all further levels (empty: the middleware has none); ``limit`` is in UTF-8 octets.
    """

    separator: str
    escape: str
    legal: str
    one: str = ""
    rest: str = ""
    limit: int


PATH_SYNTAX: Final = AddressSyntax(
    separator="/",
    escape="%",
    legal=r"[^/%+#$\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]",
    one="+",
    rest="#",
    limit=65_535,
)
"""The addresses of ``memory:`` and ``sqlite:``, which have no broker whose rules would count. They are MQTT's, because
these are the most readable of all: so a topic is written alike on a desk and in the field."""

_SHOWN: Final = 200
"""Characters of an address that an error repeats: a peer chooses it, and it may have 65 535."""
CACHED: Final = 4_096
"""Addresses without keys that are kept with their topics: as in ``matcher``, there are some hundred."""
LONGEST_CACHED: Final = 256
"""Characters of an address that is kept: a peer chooses it, and all together may take some megabytes."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Naming:
    """One template on one kind of middleware.

    >>> naming = Naming("{context}/{noun}/{key}", PATH_SYNTAX)
    >>> naming.address(Topic("production", "events", "MeterReadings", "created", "m/1"))
    'production/MeterReadings/m%2F1'

    Args:
        template: such as ``"{context}/{kind}/{noun}/{verb}/{key}"``.
        syntax: the middleware's rules.

    Raises:
        ValueError: a level mixes a placeholder with text, a placeholder is unknown or stands twice, ``{key}`` is
            not the last level, or fixed text is not legal on this middleware.
    """

    def __init__(self, template: str, syntax: AddressSyntax) -> None:
        self.template = template
        self.syntax = syntax
        self._legal = re.compile(f"(?:{syntax.legal})*")
        self._illegal = re.compile(f"(?!{syntax.legal}).", re.DOTALL)
        self._escaped = re.compile(f"(?:{re.escape(syntax.escape)}[0-9A-Fa-f]{{2}})+")
        self._levels = [self._level(level) for level in template.split(syntax.separator)]
        fields = [field for field, _ in self._levels if field in FIELDS]
        if len(set(fields)) != len(fields):
            raise ValueError(f"a placeholder stands twice in the template {template!r}")
        if "key" in fields and self._levels[-1][0] != "key":
            raise ValueError(f"{{key}} must be the last level of the template {template!r}")
        self.fields = frozenset(fields)
        """The topic's fields that an address carries; the others travel in properties."""
        self._tells_all = self.fields.issuperset(FIELDS) and not any(upper for _, upper in self._levels)
        self._known, self._known_head = lru_cache(CACHED)(self._read_alone), lru_cache(CACHED)(self._head)

    @classmethod
    def from_option(cls, template: str, default: Naming) -> Naming:
        """Return the naming of a URL's option ``template``; empty: the default.

        Raises:
            UsageError: it is no template for this middleware.
        """
        if not template:
            return default
        try:
            return cls(template, default.syntax)
        except ValueError as exc:
            raise UsageError(f"the option template: {exc}") from None

    def _level(self, level: str) -> tuple[str, bool]:
        """Return (field or fixed text, is it upper case)."""
        if found := _PLACEHOLDER.fullmatch(level):
            word = found[1]
            if word.lower() in FIELDS and word in (word.lower(), word.upper()):
                return word.lower(), word.isupper()
            raise ValueError(f"unknown placeholder {level}; there are {', '.join(f'{{{f}}}' for f in FIELDS)}")
        if not level or not self._legal.fullmatch(level) or level in FIELDS or "{" in level or "}" in level:
            raise ValueError(f"not a level of a template: {level!r} in {self.template!r}")
        return level, False

    # -- writing --------------------------------------------------------------------------------------------------

    def address(self, topic: Topic) -> str:
        """Write a topic as this middleware's address.

        Raises:
            ValueError: it is too long, though the key may be as long as it likes.
        """
        head = (topic.context, topic.kind, topic.noun, topic.verb)
        address = (self._known_head if sum(map(len, head)) <= LONGEST_CACHED else self._head)(*head)
        if topic.key and self._levels[-1][0] == "key":
            address += self._word("key", topic.key, upper=self._levels[-1][1])
        address = address.removesuffix(self.syntax.separator)
        if self._longer(address, self.syntax.limit):
            noun = topic.noun[:_SHOWN]
            raise ValueError(f"the address of {noun!r} is longer than the {self.syntax.limit} octets of the middleware")
        return address

    def _head(self, *levels: str) -> str:
        """Write all levels but the key, with a separator after each."""
        if max(map(len, levels)) > self.syntax.limit:  # before each character of it is escaped
            raise ValueError(f"a level of the topic is longer than the {self.syntax.limit} octets of the middleware")
        given = dict(zip(FIELDS, levels, strict=False))
        words = [self._word(f, given[f], upper=up) if f in given else f for f, up in self._levels if f != "key"]
        return "".join(f"{word}{self.syntax.separator}" for word in words)

    def _word(self, field: str, text: str, *, upper: bool) -> str:
        if field == "key" and len(text) > self.syntax.limit // 2:  # no character is shorter than one octet
            return self._shortened(text)
        word = text
        if not self._legal.fullmatch(text):
            word = self._illegal.sub(self._escape, text)
        if field == "key" and self._longer(word, self.syntax.limit // 2):
            return self._shortened(text)
        return word.upper() if upper else word

    @staticmethod
    def _longer(text: str, limit: int) -> bool:
        """Return whether a text takes more octets than that; cheap where it is much shorter, as nearly always."""
        return len(text) * 4 > limit and len(text.encode()) > limit

    def _escape(self, found: re.Match[str]) -> str:
        return "".join(f"{self.syntax.escape}{octet:02X}" for octet in found[0].encode("utf-8", "surrogatepass"))

    def _shortened(self, key: str) -> str:
        """Keep the head of a key and its digest; two escape characters in a row mark it (no escape writes that)."""
        mark = self.syntax.escape * 2 + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        room = (self.syntax.limit // 2 - len(mark)) // 12  # a character is at most four octets of three characters each
        return self._illegal.sub(self._escape, key[: max(0, min(32, room))]) + mark

    def filter(self, pattern: Pattern) -> str:
        """Write a pattern as this middleware's wildcard filter; it may cover more than the pattern (see ``exact``).

        Raises:
            ValueError: the middleware has no wildcards and the pattern leaves a level of the address open.
        """
        levels = [getattr(pattern, field) if field in FIELDS else field for field, _ in self._levels]
        words: list[str] = []
        for index, (value, (field, upper)) in enumerate(zip(levels, self._levels, strict=True)):
            if value == "" and index == len(levels) - 1:
                break
            if value is not None:
                words.append(self._word(field, value, upper=upper) if field in FIELDS else value)
                continue
            if not self.syntax.one:
                raise ValueError(f"no wildcards here: {pattern} must fix {self._levels[index][0]}")
            if all(later is None for later in levels[index:]):
                words.append(self.syntax.rest)
                break
            words.append(self.syntax.one)
        return self.syntax.separator.join(words)

    def template_for(self, pattern: Pattern) -> str:
        """Write a pattern as a template of addresses, with a placeholder for each level that it leaves open.

        >>> Naming("{context}/{noun}/{verb}/{key}", PATH_SYNTAX).template_for(Pattern("test", noun="MeterReadings"))
        'test/MeterReadings/{verb}/{key}'
        """
        words: list[str] = []
        for field, upper in self._levels:
            value = getattr(pattern, field) if field in FIELDS else field
            if value is None:
                words.append(f"{{{field.upper() if upper else field}}}")
            elif value:
                words.append(self._word(field, value, upper=upper) if field in FIELDS else value)
        return self.syntax.separator.join(words)

    def regex(self, pattern: Pattern) -> str:
        """Write a pattern as an anchored regular expression over addresses, for middleware that subscribes by one."""
        separator = re.escape(self.syntax.separator)
        words: list[str] = []
        for field, upper in self._levels:
            value = getattr(pattern, field) if field in FIELDS else field
            word = f"[^{separator}]*" if value is None else re.escape(self._word(field, value, upper=upper))
            words.append(
                f"(?:{separator}{word})?" if field == "key" and not value else (separator if words else "") + word
            )
        return "^" + "".join(words) + "$"

    def exact(self, pattern: Pattern) -> bool:
        """Return whether ``filter(pattern)`` covers the pattern's topics and no others."""
        return all(getattr(pattern, field) is None or field in self.fields for field in FIELDS)

    # -- reading --------------------------------------------------------------------------------------------------

    def topic(self, address: str, properties: Mapping[str, str]) -> Topic:
        """Read an address back, taking from the properties what it does not hold.

        Raises:
            ValueError: the address is not of this template, or neither it nor the properties name the noun.
        """
        if self._tells_all and len(address) <= LONGEST_CACHED:
            keyed = address.count(self.syntax.separator) == len(self._levels) - 1
            head, _, word = address.rpartition(self.syntax.separator) if keyed else (address, "", "")
            if (known := self._known(head)) is not None and bool(word) is keyed:
                key = self._read(word, "key", properties, upper=False) if word else ""
                return Topic(known.context, known.kind, known.noun, known.verb, key)
        return self._read_with(address, properties)

    def _read_with(self, address: str, properties: Mapping[str, str]) -> Topic:
        words = address.split(self.syntax.separator)
        found: dict[str, str] = {}
        if not len(self._levels) - ("key" in self.fields) <= len(words) <= len(self._levels):
            raise ValueError(f"not an address of the template {self.template!r}: {address[:_SHOWN]!r}")
        for word, (field, upper) in zip(words, self._levels, strict=False):
            if field in FIELDS:
                found[field] = self._read(word, field, properties, upper=upper)
            elif word != field:
                raise ValueError(f"not an address of the template {self.template!r}: {address[:_SHOWN]!r}")
        context = found.get("context") or (properties.get("Context") or DEFAULT_CONTEXT).lower()
        verb = found.get("verb") or properties.get("Verb") or ""
        return Topic(
            context,
            found.get("kind") or kind_of_verb(verb),
            found.get("noun") or properties.get("Noun") or "",
            verb,
            found["key"] if "key" in found else ("" if "key" in self.fields else properties.get("Key", "")),
        )

    def _read_alone(self, address: str) -> Topic | None:
        """Return the topic of an address without a key; None: it says not all of it, or is not of this template."""
        try:
            return self._read_with(address, {}) if all(address.split(self.syntax.separator)) else None
        except ValueError:
            return None  # reading it with its properties says why

    def destination(self, address: str, properties: Mapping[str, str]) -> Topic:
        """Read a literal destination, as a peer wrote it in ReplyAddress, where one of our addresses is meant by it.

        Raises:
            ValueError: it is no address of this template.
        """
        return self.topic(address.removeprefix("topic:").removeprefix("queue:"), properties)

    def _read(self, word: str, field: str, properties: Mapping[str, str], *, upper: bool) -> str:
        if field == "key" and self.syntax.escape * 2 in word:
            return properties.get("Key", word)
        if upper:
            given = properties.get(field.capitalize())  # only the properties know how it was written
            if given is not None and self._word(field, given, upper=True) == word:
                return given.lower() if field == "context" else given
            word = word.lower()
        if self.syntax.escape not in word:
            return word
        return self._escaped.sub(self._unescape, word)

    def _unescape(self, found: re.Match[str]) -> str:
        digits = found[0].replace(self.syntax.escape, "")
        return bytes.fromhex(digits).decode("utf-8", "surrogatepass")

    def __repr__(self) -> str:
        return f"Naming({self.template!r})"


PATH_NAMING: Final = Naming("{context}/{kind}/{noun}/{verb}/{key}", PATH_SYNTAX)
