"""What ``cimbus demo`` runs: a head-end, an outage system and a meter data system, each with a connection of its own.

Everything that one run sends carries its number as CorrelationID, and its applications ignore what carries another, so
that what an earlier run left on the bus does not count. The handlers' names end with it too, so that two runs at one
time do not share their messages, and nothing is durable: the bus is left as it was.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import anyio

from cimbus.application.bus import Bus
from cimbus.application.component import Component
from cimbus.application.dead_letters import DeadLetter, DeadLetters
from cimbus.application.retry import Retry
from cimbus.interface.message import Message
from cimbus.nouns import (
    EndDeviceEvent,
    EndDeviceEvents,
    GetMeterReadings,
    IdentifiedObject,
    Meter,
    MeterReading,
    MeterReadings,
    Reading,
    Reference,
    key_of,
)

Tell = Callable[[str, str], None]

HES: Final = "HES"
OMS: Final = "OMS"
MDM: Final = "MDM"
POWER_DOWN: Final = "3.26.0.47"
ENERGY: Final = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
KNOWN: Final = "UP-1001"
UNKNOWN: Final = "UP-4040"
METER: Final = "METER-7"
ATTEMPTS: Final = 3
_RETRY: Final = Retry(attempts=ATTEMPTS, initial_delay=0.05, multiplier=2.0)


class ObservedDeadLetters(DeadLetters):
    """A store of dead letters that signals when this run's letter is in it."""

    run = ""
    found: DeadLetter | None = None

    def prepare(self, run: str) -> anyio.Event:
        """Return the event that is set when a letter of that run is kept."""
        self.run = run
        self._came = anyio.Event()
        return self._came

    async def add(self, letter: DeadLetter) -> int:
        """Keep a letter."""
        number = await super().add(letter)
        kept = await self.get(number)
        if kept is not None and kept.frame.properties.get("CorrelationID") == self.run:
            self.found = kept
            self._came.set()
        return number


class Scenario:
    """One run.

    Args:
        url: the bus.
        context: Header.Context of everything it sends.
        letters: where the poison message is kept.
        tell: called with the application and what it did.
    """

    def __init__(self, url: str, context: str, letters: ObservedDeadLetters, tell: Tell) -> None:
        self.run = uuid.uuid4().hex[:8]
        self.letters = letters
        self.attempts = 0
        self.reply: Message[MeterReadings] | None = None
        self.tell = tell
        self._url = url
        self._context = context
        self.happened: dict[str, anyio.Event] = {
            "OMS received the typed EndDeviceEvents": anyio.Event(),
            "MDM received the typed MeterReadings": anyio.Event(),
            "HES answered GetMeterReadings": anyio.Event(),
            "the poison message became a dead letter": letters.prepare(self.run),
        }
        self._event, self._readings, self._answered, self._poison = self.happened.values()

    # -- the applications -----------------------------------------------------------------------------------------

    def components(self) -> dict[str, Component]:
        """Return the three applications, by name."""
        hes, oms, mdm = (Component(f"demo-{name}", retry=_RETRY) for name in (HES, OMS, MDM))
        hes.answers(GetMeterReadings, name=f"answers-{self.run}", durable=False)(self.read_meter)
        oms.on(EndDeviceEvents, verb="created", name=f"events-{self.run}", durable=False)(self.power_off)
        mdm.on(MeterReadings, verb="created", name=f"readings-{self.run}", durable=False)(self.store)
        return {HES: hes, OMS: oms, MDM: mdm}

    async def power_off(self, message: Message[EndDeviceEvents]) -> None:
        """Handle an event, as the outage system does: a usage point that it does not know is an error."""
        if message.header.correlation_id != self.run:
            return
        for event in message.payload.EndDeviceEvent:
            point = event.UsagePoint.mRID if event.UsagePoint else None
            if point != KNOWN:
                self.attempts += 1
                self.tell(OMS, f"cannot handle the event at {point}, attempt {self.attempts} of {ATTEMPTS}")
                raise LookupError(f"no usage point {point} in the network model")
            self.tell(
                OMS,
                f"got EndDeviceEvents: {event.EndDeviceEventType.ref} at {point}, "
                f"createdDateTime {event.createdDateTime.isoformat(' ', 'seconds')} (a {_type(event.createdDateTime)})",
            )
            self._event.set()

    async def store(self, message: Message[MeterReadings]) -> None:
        """Handle readings, as the meter data system does."""
        if message.header.correlation_id != self.run:
            return
        for reading in message.payload.MeterReading:
            meter = reading.Meter.mRID if reading.Meter else None
            values = ", ".join(f"{each.value} (a {_type(each.value)})" for each in reading.Readings)
            self.tell(MDM, f"got MeterReadings: meter {meter}, values {values}")
        self._readings.set()

    async def read_meter(self, request: Message[GetMeterReadings]) -> MeterReadings:
        """Answer a request for readings, as the head-end does."""
        mrid = request.payload.EndDevice[0].mRID or ""
        if request.header.correlation_id == self.run:
            self.tell(HES, f"got GetMeterReadings for {mrid}, replies with what the meter says now")
        return readings(mrid, "1234.5")

    # -- the run --------------------------------------------------------------------------------------------------

    async def execute(self, timeout: float) -> list[str]:
        """Run it; return what was expected and did not happen within ``timeout`` seconds."""
        with anyio.move_on_after(timeout):
            async with self._connected() as buses:
                hes, mdm = buses[HES], buses[MDM]
                await self._publish(hes, events(KNOWN), "EndDeviceEvents: power down at " + KNOWN)
                await self._publish(hes, readings(METER, "1200.10", "1217.85"), f"MeterReadings: two values of {METER}")
                await self._publish(hes, events(UNKNOWN), "EndDeviceEvents: power down at " + UNKNOWN + ", the poison")
                await self._event.wait()
                await self._readings.wait()
                self.tell(MDM, f"asks for the readings of {METER}: GetMeterReadings")
                query = GetMeterReadings(EndDevice=[IdentifiedObject(mRID=METER)])
                self.reply = await mdm.request(query, timeout=timeout, correlation_id=self.run)
                value = self.reply.payload.MeterReading[0].Readings[0].value
                self.tell(MDM, f"got the reply: {self.reply.result}, value {value} (a {_type(value)})")
                if value == Decimal("1234.5"):
                    self._answered.set()
                await self._poison.wait()
        return [what for what, event in self.happened.items() if not event.is_set()]

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[dict[str, Bus]]:
        """Connect the three applications and run their components."""
        async with AsyncExitStack() as stack:
            buses: dict[str, Bus] = {}
            for name in (HES, OMS, MDM):
                bus = Bus(self._url, source=name, context=self._context, dead_letters=self.letters)
                buses[name] = await stack.enter_async_context(bus)
            group = await stack.enter_async_context(anyio.create_task_group())
            components = self.components()
            for name, component in components.items():
                await group.start(component.run, buses[name])
            self.tell("", f"connected {', '.join(components)}, run {self.run}")
            yield buses
            for component in components.values():
                component.stop()

    async def _publish(self, bus: Bus, payload: Any, what: str) -> None:
        message = await bus.publish(payload, correlation_id=self.run)
        self.tell(HES, f"publishes {what}")
        self.tell("", f"    {message.topic(key_of(payload))}")


def events(usage_point: str) -> EndDeviceEvents:
    """Return a power-down event at a usage point."""
    event = EndDeviceEvent(
        mRID=str(uuid.uuid4()),
        createdDateTime=datetime.now(UTC),
        EndDeviceEventType=Reference(ref=POWER_DOWN),
        UsagePoint=IdentifiedObject(mRID=usage_point),
    )
    return EndDeviceEvents(EndDeviceEvent=[event])


def readings(meter: str, *values: str) -> MeterReadings:
    """Return readings of a meter, a quarter of an hour apart."""
    now = datetime.now(UTC).replace(microsecond=0)
    made = [
        Reading(
            timeStamp=now - timedelta(minutes=15 * (len(values) - 1 - index)),
            value=Decimal(value),
            ReadingType=Reference(ref=ENERGY),
        )
        for index, value in enumerate(values)
    ]
    return MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=meter), Readings=made)])


def _type(value: object) -> str:
    return type(value).__name__
