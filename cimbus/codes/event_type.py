"""The EndDeviceEventType and EndDeviceControlType codes, type.domain.subDomain.eventOrAction: what happened, or is to.

What the numbers mean is in ``event_tables``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Final, TypedDict, Unpack, final, overload

from .dotted import DottedCode, Part, number_of, word
from .event_tables import ACTIONS, CONTROL_LABELS, DOMAINS, EVENT_LABELS, TYPES

_TABLES: Final[Mapping[str, Mapping[int, str]]] = {
    "type": TYPES,
    "domain": DOMAINS,
    "subDomain": {},
    "eventOrAction": ACTIONS,
}


class EndDeviceParts(TypedDict):
    """What a code of an event or a control is made of: numbers, or the words of the tables.

    >>> parts: EndDeviceParts = {"type": "electric meter", "domain": "power", "subDomain": 0, "eventOrAction": 47}
    >>> EndDeviceEventCode(**parts)
    EndDeviceEventCode('3.26.0.47')
    """

    type: int | str
    domain: int | str
    subDomain: int
    eventOrAction: int | str


class EndDeviceCode(DottedCode):
    """What codes of events and of controls share.

    Attributes:
        type: the kind of device.
        domain: which part of it.
        subDomain: which part of that, 0 for all of it.
        eventOrAction: what happened, or is to be done.

    >>> EndDeviceControlCode("3.31.0.23").domain
    31
    """

    __slots__ = ()

    EXAMPLE: ClassVar[str] = "3.26.0.47"
    PARTS: ClassVar[tuple[str, ...]] = ("type", "domain", "subDomain", "eventOrAction")
    LABELS: ClassVar[Mapping[str, str]] = {}

    type = Part(0)
    domain = Part(1)
    subDomain = Part(2)
    eventOrAction = Part(3)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of the numbers that no table here lists; none where the whole code has a label."""
        if self in self.LABELS:
            return ()
        return tuple(name for name, number in self.parts().items() if number and number not in _TABLES[name])

    def _described(self, labels: Mapping[str, str]) -> str:
        if label := labels.get(self):
            return label
        parts = [word(TYPES, "type", self.type), word(DOMAINS, "domain", self.domain)]
        if self.subDomain:
            parts.append(f"subDomain {self.subDomain}")
        parts.append(word(ACTIONS, "eventOrAction", self.eventOrAction))
        known = self.type in TYPES or self.domain in DOMAINS or self.eventOrAction in ACTIONS
        return ", ".join(parts) + (" (inferred)" if known else "")


@final
class EndDeviceEventCode(EndDeviceCode):
    """One kind of event: a text with four numbers. Made of a text, or of all four parts.

    Raises:
        ValueError: the text is not four integers joined by dots, or a part is no number and no name of one.

    >>> code = EndDeviceEventCode(type=3, domain="power", subDomain=0, eventOrAction=216)
    >>> str(code), code.describe(), code == "3.26.0.216"
    ('3.26.0.216', 'power up', True)
    """

    __slots__ = ()

    WHAT: ClassVar[str] = "EndDeviceEventType"
    LABELS: ClassVar[Mapping[str, str]] = EVENT_LABELS

    @overload
    def __new__(cls, text: str, /) -> EndDeviceEventCode: ...
    @overload
    def __new__(cls, /, **parts: Unpack[EndDeviceParts]) -> EndDeviceEventCode: ...
    def __new__(cls, text: str | None = None, /, **parts: Any) -> EndDeviceEventCode:
        """Return the code of a text, or of parts."""
        return cls._of(_numbers(parts)) if text is None else _parse_event(text.strip())

    @staticmethod
    def parse(text: str) -> EndDeviceEventCode:
        """Return the code that a text is, white space around it aside; numbers that no table knows are kept.

        Raises:
            ValueError: it is not four integers joined by dots.

        >>> EndDeviceEventCode.parse("3.12.0.257").domain
        12
        """
        return _parse_event(text.strip())

    def describe(self, labels: Mapping[str, str] = EVENT_LABELS) -> str:
        """Say in words what it is; of a code without a label, what its parts seem to say ("(inferred)").

        Labels may be replaced, or extended.

        >>> code = EndDeviceEventCode.parse("3.26.9.1")
        >>> code.describe(), code.describe({**EVENT_LABELS, "3.26.9.1": "phase lost"})
        ('electric meter, power, subDomain 9, eventOrAction 1 (inferred)', 'phase lost')
        """
        return self._described(labels)


@final
class EndDeviceControlCode(EndDeviceCode):
    """One kind of control: a text with four numbers. Made of a text, or of all four parts.

    Raises:
        ValueError: the text is not four integers joined by dots, or a part is no number and no name of one.

    >>> code = EndDeviceControlCode(type=3, domain="service switch", subDomain=0, eventOrAction="disconnect")
    >>> str(code), code.describe()
    ('3.31.0.23', 'disconnect the service')
    """

    __slots__ = ()

    WHAT: ClassVar[str] = "EndDeviceControlType"
    EXAMPLE: ClassVar[str] = "3.31.0.23"
    LABELS: ClassVar[Mapping[str, str]] = CONTROL_LABELS

    @overload
    def __new__(cls, text: str, /) -> EndDeviceControlCode: ...
    @overload
    def __new__(cls, /, **parts: Unpack[EndDeviceParts]) -> EndDeviceControlCode: ...
    def __new__(cls, text: str | None = None, /, **parts: Any) -> EndDeviceControlCode:
        """Return the code of a text, or of parts."""
        return cls._of(_numbers(parts)) if text is None else _parse_control(text.strip())

    @staticmethod
    def parse(text: str) -> EndDeviceControlCode:
        """Return the code that a text is, white space around it aside; numbers that no table knows are kept.

        Raises:
            ValueError: it is not four integers joined by dots.

        >>> EndDeviceControlCode.parse("2.31.0.18").describe()
        'connect a distributed energy resource'
        """
        return _parse_control(text.strip())

    def describe(self, labels: Mapping[str, str] = CONTROL_LABELS) -> str:
        """Say in words what is to be done; of a code without a label, what its parts seem to say ("(inferred)").

        >>> EndDeviceControlCode("3.31.0.99").describe()
        'electric meter, service switch, eventOrAction 99 (inferred)'
        """
        return self._described(labels)


def _numbers(parts: dict[str, Any]) -> list[Any]:
    """Return the numbers of parts, in code order.

    Raises:
        TypeError: not all four are given.
        ValueError: a name stands for no number.
    """
    if parts.keys() != _TABLES.keys():
        raise TypeError(f"a code of an event or a control has four parts: {', '.join(_TABLES)}")
    return [number_of(parts[name], name, table) for name, table in _TABLES.items()]


@lru_cache(maxsize=4096)  # a system uses some hundred codes, and each event repeats one
def _parse_event(text: str) -> EndDeviceEventCode:
    return EndDeviceEventCode.of_text(text)


@lru_cache(maxsize=1024)  # fewer kinds of controls than of events
def _parse_control(text: str) -> EndDeviceControlCode:
    return EndDeviceControlCode.of_text(text)
