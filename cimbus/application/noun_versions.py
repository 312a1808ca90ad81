"""Which payloads a handler takes: those of its class, of other versions of its noun, and how complete they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

import msgspec

from cimbus.errors import DecodeError
from cimbus.interface.codecs.read_as import read_as
from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message
from cimbus.interface.model import Cim, find_class, noun_of, spec_of
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame

from .message_reader import MessageReader

Upcasts = Mapping[type[Any], Callable[[Any], Any]]
"""By the class of another version: returns its payload as one of the handler's class."""

NO_UPCASTS: Final[Upcasts] = MappingProxyType({})


class OtherNounError(DecodeError):
    """The payload is not one for this handler."""


class NounVersions:
    """What one handler takes.

    >>> from cimbus.nouns import EndDeviceEvents, MeterReadings
    >>> versions = NounVersions(MeterReadings, pattern=Pattern(noun="MeterReadings"))
    >>> versions.takes(MeterReadings()), versions.takes(EndDeviceEvents())
    (True, False)

    Args:
        noun: the class of the handler; None or a name: any payload.
        pattern: what the handler receives.
        also: namespaces of other versions, whose payloads are read as the handler's class.
        upcast: functions for other versions.
        complete: whether what the class makes mandatory must be there.

    Attributes:
        siblings: what other handlers of the component take on the same bus.
    """

    def __init__(
        self,
        noun: type[Any] | str | None,
        *,
        pattern: Pattern,
        also: Sequence[str] = (),
        upcast: Upcasts = NO_UPCASTS,
        complete: bool = False,
    ) -> None:
        self.pattern = pattern
        self.siblings: Iterable[NounVersions] = ()
        self._class = noun if isinstance(noun, type) else None
        self._also = frozenset(also)
        self._upcast = upcast
        self._complete = complete

    def fits(self, message: Message[Any]) -> bool:
        """Return whether nothing needs to be looked at further: the payload is one of the handler's class."""
        if self._class is None or self._complete:
            return not self._complete
        try:
            payload = message.payload
        except Exception:  # noqa: BLE001  # ``other`` says why
            return False
        return payload is None or type(payload) is self._class

    async def other(
        self, message: Message[Any], reader: MessageReader, delivery: Delivery[Frame]
    ) -> Message[Any] | None:
        """Return a message as the handler takes it; None if its delivery was settled.

        It is accepted if another handler of the component takes it, and else a dead letter.
        """
        try:
            taken = self._taken(message)
        except Exception as error:  # noqa: BLE001  # also what an upcast raises: the next message is handled
            if isinstance(error, OtherNounError) and any(
                each.takes_also(message.payload, delivery.value.topic) for each in self.siblings
            ):
                delivery.accept()
            else:
                await reader.dead_letter(delivery, f"{_kind(error)}: {error}")
            return None
        return taken

    def takes(self, payload: Any) -> bool:
        """Return whether a payload is one for this handler."""
        cls = self._class
        if cls is None or isinstance(payload, cls) or type(payload) in self._upcast:
            return True
        return _namespace(payload) in self._also and _name(payload) == noun_of(cls).name

    def takes_also(self, payload: Any, topic: Topic) -> bool:
        """Return whether a payload on a topic is one for this handler of several."""
        return self.pattern.matches(topic) and self.takes(payload)

    def _taken(self, message: Message[Any]) -> Message[Any]:
        """Return the message with a payload of the handler's class.

        Raises:
            OtherNounError: it is not one for this handler.
            DecodeError: it is incomplete, or cannot be read.
        """
        cls, payload = self._class, message.payload
        if cls is None or payload is None or isinstance(payload, cls):
            taken = message
        elif (upcast := self._upcast.get(_class_of(payload))) is not None:
            made = upcast(payload)
            if not isinstance(made, cls):
                raise TypeError(f"the upcast of {type(payload).__name__} returned {made!r}, not a {cls.__name__}")
            taken = _with_payload(message, made)
        elif self.takes(payload):
            taken = _with_payload(message, read_as(payload, cls))
        else:
            raise OtherNounError(self._other(payload), header=message.header)
        if self._complete and (path := missing_in(taken.payload)):
            raise DecodeError("mandatory, and missing", path=path, header=message.header)
        return taken

    def _other(self, payload: Any) -> str:
        found = _name(payload) if isinstance(payload, XmlElement) else type(payload).__name__
        cls = self._class
        assert cls is not None  # noqa: S101  # for the type checker: without a class, every payload is taken
        if _name(payload) != noun_of(cls).name:
            return f"the payload is {found}, not {cls.__name__}"
        return (
            f"the payload is {found} of {_namespace(payload)!r}, not {cls.__name__}; a handler takes other versions "
            "with also=[NAMESPACE] or upcast={CLASS: FUNCTION}"
        )


def missing_in(payload: Any, path: str = "") -> str:
    """Return the path of the first mandatory field that a payload lacks; empty if it is complete.

    >>> from cimbus.nouns import EndDeviceEvent, EndDeviceEvents
    >>> missing_in(EndDeviceEvents(EndDeviceEvent=[EndDeviceEvent(createdDateTime=None, EndDeviceEventType=None)]))
    'EndDeviceEvents/EndDeviceEvent[1]/createdDateTime'
    """
    if not isinstance(payload, Cim):
        return ""
    path = path or _name(payload)
    for field in spec_of(type(payload)).fields:
        found = getattr(payload, field.name)
        here = f"{path}/{field.xml}"
        if field.required and (not found if field.many else found is None):
            return here
        if field.kind == "class" and found is not None:
            each = enumerate(cast("Sequence[Any]", found), 1) if field.many else ((0, found),)
            for number, child in each:
                if missing := missing_in(child, f"{here}[{number}]" if number else here):
                    return missing
    return ""


def check_versions(noun: type[Any] | str | None, also: Any, upcast: Any) -> None:
    """Check what a handler says of other versions of its noun.

    Raises:
        TypeError: its noun is no class, or they are no namespaces, or no functions by class.
        ValueError: a class stands for another noun: its messages never reach the handler.
    """
    if isinstance(also, str) or not all(isinstance(each, str) for each in also):
        raise TypeError(f"also is a list of namespaces, not {also!r}")
    functions: Mapping[Any, Any] = upcast if isinstance(upcast, Mapping) else {None: None}  # pyright: ignore[reportUnknownVariableType]
    if not all(map(callable, functions.values())):
        raise TypeError(f"upcast is a function for each class, not {upcast!r}")
    if (also or upcast) and not isinstance(noun, type):
        raise TypeError("also and upcast are for a handler of a class: on(TroubleTickets, ...)")
    for cls in cast("Upcasts", upcast):
        word, own = noun_of(cls).header, noun_of(cast("type[Any]", noun)).header
        if word != own:
            raise ValueError(f"upcast: {cls.__name__} is {word}, another noun than {own}")


def _with_payload(message: Message[Any], payload: Any) -> Message[Any]:
    return Message[Any](
        message.header,
        message_type=message.message_type,
        request=message.request_area,
        reply=message.reply_area,
        payload=msgspec.structs.replace(message.payload_area, items=(payload,)),
        notes=message.notes,
        extensions=message.extensions,
        origin=message.origin,
    )


def _class_of(payload: Any) -> type[Any]:
    return cast("type[Any]", payload.__class__)


def _kind(error: Exception) -> str:
    return "DecodeError" if isinstance(error, DecodeError) else type(error).__name__


def _name(payload: Any) -> str:
    entry = find_class(_class_of(payload))
    return str(getattr(payload, "name", type(payload).__name__)) if entry is None else entry.name


def _namespace(payload: Any) -> str:
    entry = find_class(_class_of(payload))
    return str(getattr(payload, "namespace", "")) if entry is None else entry.namespace
