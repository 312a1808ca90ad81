"""The ReadingQualityType code, systemId.category.subCategory: what is to be thought of a reading, and who says so.

Not to be mixed up with the one-number quality of Green Button. The lists of categories and subcategories are what
public programs and messages show; they are not complete. Subcategories from 1000 up are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from .dotted import check, integers, word

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

_WHAT: Final = "ReadingQualityType"


class ReadingQualityCode(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One quality; ``str()`` gives the code. A reading is as it should be when ``category`` is 0."""

    systemId: int
    category: int
    subCategory: int

    def __post_init__(self) -> None:
        check((self.systemId, self.category, self.subCategory), _WHAT)

    @staticmethod
    def parse(text: str) -> ReadingQualityCode:
        """Return the code that a text is, white space around it aside; numbers that no table knows are kept.

        Raises:
            ValueError: it is not three integers joined by dots.
        """
        return _parse(text.strip())

    def __str__(self) -> str:
        return f"{self.systemId}.{self.category}.{self.subCategory}"

    @property
    def local(self) -> bool:
        """Whether the subcategory is the sender's own."""
        return self.subCategory >= 1000

    def describe(self, labels: Mapping[str, str] = QUALITY_LABELS) -> str:
        """Say in words what the quality is and who gave it; labels may be replaced or extended."""
        kind = f"{self.category}.{self.subCategory}"
        said = labels.get(str(self)) or labels.get(kind)
        if said is None:
            which = "local " if self.local else ""
            said = f"{word(CATEGORIES, 'category', self.category)} ({which}subCategory {self.subCategory})"
        return f"{said}, {word(SYSTEMS, 'system', self.systemId)}"


@lru_cache(maxsize=1024)
def _parse(text: str) -> ReadingQualityCode:
    system, category, sub = integers(text, 3, _WHAT, "2.8.0")
    return ReadingQualityCode(systemId=system, category=category, subCategory=sub)
