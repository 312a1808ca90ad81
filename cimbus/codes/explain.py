"""Any code in words: which list it is of, what it says, and what each number of it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from . import event_tables, reading_quality, reading_tables, reply_error
from .dotted import DottedCode
from .event_type import EndDeviceControlCode, EndDeviceEventCode
from .reading_quality import ReadingQualityCode
from .reading_type import ReadingTypeCode
from .reply_error import ReplyErrorCode


class CodeKind(StrEnum):
    """The code lists.

    >>> CodeKind("reading-type").value
    'reading-type'
    """

    reading_type = "reading-type"
    event = "event"
    control = "control"
    quality = "quality"
    reply_error = "reply-error"


_DEVICE: Final[Mapping[str, Mapping[int, str]]] = {
    "type": event_tables.TYPES,
    "domain": event_tables.DOMAINS,
    "eventOrAction": event_tables.ACTIONS,
}
_LISTS: Final[Mapping[CodeKind, Mapping[str, Mapping[int, str]]]] = {
    CodeKind.reading_type: {**reading_tables.BY_PART, "multiplier": reading_tables.PREFIX},
    CodeKind.event: _DEVICE,
    CodeKind.control: _DEVICE,
    CodeKind.quality: {"systemId": reading_quality.SYSTEMS, "category": reading_quality.CATEGORIES},
    CodeKind.reply_error: {"category": reply_error.CATEGORIES},
}
_DOTTED: Final[Mapping[CodeKind, Callable[[str], DottedCode]]] = {
    CodeKind.reading_type: ReadingTypeCode.parse,
    CodeKind.event: EndDeviceEventCode.parse,
    CodeKind.control: EndDeviceControlCode.parse,
    CodeKind.quality: ReadingQualityCode.parse,
}
_BY_DOTS: Final = {17: CodeKind.reading_type, 3: CodeKind.event, 2: CodeKind.quality, 1: CodeKind.reply_error}
"""The list that a code is of, by the number of its dots. Controls have the form of events, which are more frequent."""


class ExplainedPart(msgspec.Struct, frozen=True):
    """One number of a code, and what a list says of it; empty where it does not apply or is not listed.

    >>> explain("3.26.0.47").parts[1]
    ExplainedPart(name='domain', number=26, meaning='power')
    """

    name: str
    number: int
    meaning: str = ""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a code says.

    Attributes:
        code: as it formats.
        kind: the list it was read as.
        description: in words.
        unit: of a reading type, the unit of its values with their multiplier.
        parts: its numbers, in code order.
        unknown: names of the numbers that no list of cimbus has; of a reply error that is not listed, ``code``.

    >>> explain("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0").unit
    'kWh'
    """

    code: str
    kind: CodeKind
    description: str
    unit: str = ""
    parts: tuple[ExplainedPart, ...] = ()
    unknown: tuple[str, ...] = ()


def explain(text: str, kind: CodeKind | str | None = None) -> Explanation:
    """Say in words what a code means.

    Args:
        text: the code.
        kind: its list; by default by its form: 18, 4, 3 or 2 integers are a reading type, an event, a quality or a
            reply error, and any other text without spaces is a reply error of a peer's own catalogue.

    Raises:
        ValueError: it is no code of that list, or of no form at all, or there is no such list.

    >>> explain("3.31.0.23", "control").description
    'disconnect the service'
    """
    text = text.strip()
    chosen = _guess(text) if kind is None else CodeKind(kind)
    lists = _LISTS[chosen]
    if chosen is CodeKind.reply_error:
        code = ReplyErrorCode(text)
        numbers = {"category": code.category, "number": code.number}
        parts = tuple(
            ExplainedPart(name, number, lists.get(name, {}).get(number, ""))
            for name, number in numbers.items()
            if number is not None
        )
        return Explanation(
            code=text, kind=chosen, description=code.describe(), parts=parts, unknown=() if code.known else ("code",)
        )
    made = _DOTTED[chosen](text)
    return Explanation(
        code=str(made),
        kind=chosen,
        description=_described(made),
        unit=made.symbol if isinstance(made, ReadingTypeCode) else "",
        parts=tuple(
            ExplainedPart(name, number, lists.get(name, {}).get(number, "")) for name, number in made.parts().items()
        ),
        unknown=made.unknown,
    )


def _described(code: DottedCode) -> str:
    if isinstance(code, ReadingTypeCode | EndDeviceEventCode | EndDeviceControlCode | ReadingQualityCode):
        return code.describe()
    return str(code)


def _guess(text: str) -> CodeKind:
    """Return the list that a code is of, by its form.

    Raises:
        ValueError: it is of no form that any list has.
    """
    numbers = text.split(".")
    if all(part.removeprefix("-").isdecimal() for part in numbers):
        if len(numbers) - 1 in _BY_DOTS:
            return _BY_DOTS[len(numbers) - 1]
    elif text and not any(character.isspace() for character in text):
        return CodeKind.reply_error
    raise ValueError(
        f"{text[:80]!r} has the form of no code: a reading type has 18 integers joined by dots, an event or a control "
        f"4, a quality 3, a reply error 2"
    )
