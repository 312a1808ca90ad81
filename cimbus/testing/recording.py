"""What components under test have sent, and what has become of their messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, overload

from cimbus.application.bus import Bus
from cimbus.application.component import Component
from cimbus.application.dead_letters import DeadLetter
from cimbus.application.handlers.named_buses import NamedBuses
from cimbus.application.marshal import unpack
from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message
from cimbus.interface.model import Cim
from cimbus.interface.topic import Kind
from cimbus.middleware.frame import Frame
from cimbus.middleware.memory import MemoryTransport

N = TypeVar("N", bound=Cim | XmlElement)


class RecordingTransport(MemoryTransport):
    """The transport in memory, which keeps what was sent."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.frames: list[Frame] = []

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Keep frames, and send them."""
        self.frames += frames
        return await super().send(frames)


class Recording:
    """What components have sent on their buses since the beginning."""

    def __init__(
        self,
        components: Sequence[Component[Any]],
        transports: Mapping[str, RecordingTransport],
        component_buses: NamedBuses,
    ) -> None:
        self._components = components
        self._transports = transports
        self._component_buses = component_buses
        self._before = {component.name: counts_of(component) for component in components}

    @overload
    def published(self, noun: type[N], *, bus: str | None = None) -> list[Message[N]]: ...
    @overload
    def published(self, noun: str | None = None, *, bus: str | None = None) -> list[Message[Any]]: ...
    def published(self, noun: type[Any] | str | None = None, *, bus: str | None = None) -> list[Message[Any]]:
        """Return the events that the components have published, in order: all, of one noun, or on one bus."""
        return self._sent(Kind.events, noun, bus)

    @overload
    def replied(self, noun: type[N], *, bus: str | None = None) -> list[Message[N]]: ...
    @overload
    def replied(self, noun: str | None = None, *, bus: str | None = None) -> list[Message[Any]]: ...
    def replied(self, noun: type[Any] | str | None = None, *, bus: str | None = None) -> list[Message[Any]]:
        """Return the replies that the components have sent, in order; of a class: those with such a payload."""
        return self._sent(Kind.replies, noun, bus)

    @overload
    def requested(self, noun: type[N], *, bus: str | None = None) -> list[Message[N]]: ...
    @overload
    def requested(self, noun: str | None = None, *, bus: str | None = None) -> list[Message[Any]]: ...
    def requested(self, noun: type[Any] | str | None = None, *, bus: str | None = None) -> list[Message[Any]]:
        """Return the requests that the components have sent, in order."""
        return self._sent(Kind.requests, noun, bus)

    def _sent(self, kind: Kind, noun: type[Any] | str | None, bus: str | None) -> list[Message[Any]]:
        names = self._transports if bus is None else (bus,)
        frames = [frame for name in names for frame in self._transports[name].frames if frame.topic.kind == kind]
        wanted = _wanted(noun)
        return [message for message in map(unpack, frames) if wanted(message)]

    async def dead_letters(self, *, bus: str | None = None) -> list[DeadLetter]:
        """Return the messages that could not be handled, with their reasons."""
        buses: Iterable[Bus] = self._component_buses.values() if bus is None else (self._component_buses[bus],)
        return [letter for each in buses for letter in await each.dead_letters.letters()]

    def counts(self, handler: str, component: Component[Any] | None = None) -> dict[str, int]:
        """Return what a handler or timer has done since the harness began; as ``component.counters[handler]``."""
        chosen = self._components[0] if component is None else component
        before = self._before[chosen.name].get(handler, {})
        return {name: now - before.get(name, 0) for name, now in chosen.counters[handler].counts().items()}


def counts_of(component: Component[Any]) -> dict[str, dict[str, int]]:
    """Return what each handler and timer has done."""
    return {name: counters.counts() for name, counters in component.counters.items()}


def _wanted(noun: type[Any] | str | None) -> Callable[[Message[Any]], bool]:
    if noun is None:
        return lambda _: True
    if isinstance(noun, str):
        return lambda message: message.header.noun == noun
    return lambda message: isinstance(message.payload, noun)
