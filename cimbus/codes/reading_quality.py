"""The ReadingQualityType code, systemId.category.subCategory: how good a reading is, and which system says so.

Not the one-number quality of Green Button. The lists of categories and subcategories are what public programs and
messages show; they are not complete. Subcategories from 1000 up are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Final, TypedDict, Unpack, final, overload

from .dotted import DottedCode, Part, number_of, word

SYSTEMS: Final[Mapping[int, str]] = {
    0: "system not said",
    1: "end device",
    2: "metering network",
    3: "meter data management",
    4: "another system",
    5: "system given elsewhere",
}

CATEGORIES: Final[Mapping[int, str]] = {
    0: "valid",
    1: "diagnostics",
    2: "power quality",
    3: "tamper or revenue protection",
    4: "data collection",
    5: "failed a reasonability test",
    6: "failed validation",
    7: "edited",
    8: "estimated",
    10: "questionable",
    11: "derived",
    12: "projected",
}

QUALITY_LABELS: Final[Mapping[str, str]] = {
    "0.0": "valid",
    "0.1": "validated",
    "2.32": "power failed",
    "4.9": "clock was changed",
    "4.131": "read by hand",
    "5.259": "known to be missing",
    "6.0": "failed validation",
    "7.0": "edited by hand",
    "8.0": "estimated",
    "8.8": "estimated by a system",
    "11.0": "derived",
}
"""Words by ``category.subCategory``; a table of one's own may also have whole codes."""

LOCAL: Final = 1000
"""Subcategories from this number up are the sender's own."""


class ReadingQualityParts(TypedDict):
    """What a quality is made of: numbers, or the words of the tables.

    >>> parts: ReadingQualityParts = {"systemId": "end device", "category": "valid", "subCategory": 0}
    >>> ReadingQualityCode(**parts)
    ReadingQualityCode('1.0.0')
    """

    systemId: int | str
    category: int | str
    subCategory: int


@final
class ReadingQualityCode(DottedCode):
    """One quality: a text with three numbers. Made of a text, or of all three parts.

    A reading is valid when ``category`` is 0.

    Raises:
        ValueError: the text is not three integers joined by dots, or a part is no number and no name of one.

    >>> code = ReadingQualityCode(systemId=2, category="estimated", subCategory=0)
    >>> str(code), code.describe(), code == "2.8.0"
    ('2.8.0', 'estimated, metering network', True)
    """

    __slots__ = ()

    WHAT: ClassVar[str] = "ReadingQualityType"
    EXAMPLE: ClassVar[str] = "2.8.0"
    PARTS: ClassVar[tuple[str, ...]] = ("systemId", "category", "subCategory")

    systemId = Part(0)
    category = Part(1)
    subCategory = Part(2)

    @overload
    def __new__(cls, text: str, /) -> ReadingQualityCode: ...
    @overload
    def __new__(cls, /, **parts: Unpack[ReadingQualityParts]) -> ReadingQualityCode: ...
    def __new__(cls, text: str | None = None, /, **parts: Any) -> ReadingQualityCode:
        """Return the code of a text, or of parts."""
        return cls._of(_numbers(parts)) if text is None else _parse(text.strip())

    @staticmethod
    def parse(text: str) -> ReadingQualityCode:
        """Return the code that a text is, white space around it aside; numbers that no table knows are kept.

        Raises:
            ValueError: it is not three integers joined by dots.

        >>> ReadingQualityCode.parse("1.0.0").category
        0
        """
        return _parse(text.strip())

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of the numbers that no table here lists."""
        found = [
            name
            for name, number, table in (("systemId", self.systemId, SYSTEMS), ("category", self.category, CATEGORIES))
            if number not in table
        ]
        if self.subCategory and f"{self.category}.{self.subCategory}" not in QUALITY_LABELS:
            found.append("subCategory")
        return tuple(found)

    @property
    def local(self) -> bool:
        """Whether the subcategory is the sender's own."""
        return self.subCategory >= LOCAL

    def describe(self, labels: Mapping[str, str] = QUALITY_LABELS) -> str:
        """Say in words what the quality is and which system gave it; labels may be replaced or extended.

        >>> ReadingQualityCode.parse("3.6.1001").describe()
        'failed validation (local subCategory 1001), meter data management'
        """
        kind = f"{self.category}.{self.subCategory}"
        label = labels.get(str(self)) or labels.get(kind)
        if label is None:
            which = "local " if self.local else ""
            label = f"{word(CATEGORIES, 'category', self.category)} ({which}subCategory {self.subCategory})"
        return f"{label}, {word(SYSTEMS, 'system', self.systemId)}"


def _numbers(parts: dict[str, Any]) -> list[Any]:
    """Return the numbers of parts, in code order.

    Raises:
        TypeError: not all three are given.
        ValueError: a name stands for no number.
    """
    if parts.keys() != set(ReadingQualityCode.PARTS):
        raise TypeError(f"a ReadingQualityType code has three parts: {', '.join(ReadingQualityCode.PARTS)}")
    tables: dict[str, Mapping[int, str]] = {"systemId": SYSTEMS, "category": CATEGORIES}
    return [number_of(parts[name], name, tables.get(name, {})) for name in ReadingQualityCode.PARTS]


@lru_cache(maxsize=1024)  # fewer codes than event types: systems times the known subcategories
def _parse(text: str) -> ReadingQualityCode:
    return ReadingQualityCode.of_text(text)
