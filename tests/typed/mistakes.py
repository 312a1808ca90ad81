"""Programming errors that mypy and pyright, both strict, must refuse: each line marked with ``# E``, and no other.

``test_mistakes.py`` runs the checkers. This file is never run.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from cimbus import (
    Bus,
    CircuitBreaker,
    Component,
    Context,
    Inbox,
    Message,
    OperationHandlers,
    OperationStep,
    Postpone,
    Retry,
    UnitOfWork,
    encode,
    readings,
    serve,
)
from cimbus.codes import EndDeviceEventCode, ReadingTypeCode
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings
from cimbus.testing.brokers import KafkaBroker, MosquittoBroker

oms = Component("OMS")
Component("OMS", retry=5)  # E
Component("OMS", inbocks="inbox.db")  # E


@oms.on(EndDeviceEvents, vreb="created")  # E
async def misspelt_option(message: Message[EndDeviceEvents]) -> None: ...


@oms.on(EndDeviceEvents, concurrency="16")  # E
async def number_as_text(message: Message[EndDeviceEvents]) -> None: ...


@oms.on(EndDeviceEvents, retry=5)  # E
async def number_as_policy(message: Message[EndDeviceEvents]) -> None: ...


@oms.on(EndDeviceEvents, timeout="soon")  # E
async def text_as_seconds(message: Message[EndDeviceEvents]) -> None: ...


@oms.on(EndDeviceEvents)  # E
async def other_noun(message: Message[MeterReadings]) -> None: ...


@oms.on(EndDeviceEvents)  # E
async def other_second_parameter(message: Message[EndDeviceEvents], inbox: Inbox) -> None: ...


@oms.on(EndDeviceEvents)  # E
async def returns_what_cannot_be_published(message: Message[EndDeviceEvents]) -> int:
    return 7


@oms.on(EndDeviceEvents)  # E
async def yields_what_cannot_be_published(message: Message[EndDeviceEvents]) -> AsyncIterator[str]:
    yield "an event"


@oms.answers(GetMeterReadings)  # E
async def other_answer(request: Message[GetMeterReadings]) -> EndDeviceEvents:
    return EndDeviceEvents()


@oms.answers(GetMeterReadings)  # E
async def message_of_another_answer(request: Message[GetMeterReadings]) -> Message[EndDeviceEvents]:
    return Message.of(EndDeviceEvents())


@oms.answers(GetMeterReadings)  # E
async def parts_of_another_answer(request: Message[GetMeterReadings]) -> AsyncIterator[EndDeviceEvents]:
    yield EndDeviceEvents()


@oms.answers(GetMeterReadings)  # E
def other_answer_from_a_thread(request: Message[GetMeterReadings], work: UnitOfWork) -> EndDeviceEvents:
    return EndDeviceEvents()


@oms.answers(GetMeterReadings, verv="get")  # E
async def misspelt_option_of_answers(request: Message[GetMeterReadings]) -> MeterReadings:
    return MeterReadings()


@oms.on(EndDeviceEvents, verb="creatd")  # E
async def misspelt_verb(message: Message[EndDeviceEvents]) -> None: ...


@oms.on(EndDeviceEvents, circuit_breaker=10)  # E
async def number_as_circuit_breaker(message: Message[EndDeviceEvents]) -> None: ...


@oms.on(EndDeviceEvents, also="http://example.org/2027#", upcast=[MeterReadings])  # E
async def list_as_upcasts(message: Message[EndDeviceEvents]) -> None: ...


@oms.on(EndDeviceEvents)  # E
async def other_payload(payload: MeterReadings) -> None: ...


@oms.on(EndDeviceEvents, batch=10)  # E
async def one_message_of_a_batch(message: Message[EndDeviceEvents]) -> None: ...


@oms.on(EndDeviceEvents, batch=10)  # E
async def other_results(messages: list[Message[EndDeviceEvents]]) -> list[str]:
    return ["handled" for _ in messages]


@oms.every("soon")  # E
async def interval_as_text() -> None: ...


@oms.every(60)  # E
async def timer_with_a_message(message: Message[EndDeviceEvents]) -> None: ...


class State: ...


@asynccontextmanager
async def lifespan() -> AsyncGenerator[State]:
    yield State()


async def no_middleware(message: Message[EndDeviceEvents]) -> None: ...


ami = Component("AMI", lifespan=lifespan)
Component("AMI", middleware=[no_middleware])  # E
Component("AMI", lifespan=State)  # E


@ami.on(EndDeviceEvents)  # E
async def other_state(message: Message[EndDeviceEvents], state: Retry) -> None: ...


@ami.on(EndDeviceEvents)  # E
async def context_of_other_state(message: Message[EndDeviceEvents], context: Context[Retry]) -> None: ...


@ami.on(EndDeviceEvents)
async def uses_context(message: Message[EndDeviceEvents], context: Context[State]) -> None:
    context.state.nonsense  # E
    await context.publish(42)  # E
    await context.publish(EndDeviceEvents(), buss="field")  # E
    await context.publish(EndDeviceEvents(), verb="creatd")  # E
    (await context.request(GetMeterReadings())).payload.nonsense  # E


async def use(bus: Bus) -> None:
    await serve(bus, ami, "another")  # E
    await ami.run([bus])  # E
    await bus.publish(EndDeviceEvents(), verb="creatd")  # E
    bus.subscribe(EndDeviceEvents, verb="creatd")  # E
    await bus.request(EndDeviceEvents(), verb="creat")  # E
    await bus.publish(EndDeviceEvents(), sorce="HES")  # E
    await bus.publish(EndDeviceEvents(), source=5)  # E
    await bus.publish(EndDeviceEvents(), properties={"JMSPriority": 9})  # E
    await bus.publish(42)  # E
    await bus.publish_many([EndDeviceEvents()], vreb="created")  # E
    await bus.publish_many(["text"])  # E
    (await bus.publish(EndDeviceEvents())).payload.nonsense  # E
    (await bus.publish_many([EndDeviceEvents()]))[0].message.payload.nonsense  # E
    await bus.request(GetMeterReadings(), timout=3)  # E
    await bus.request(GetMeterReadings(), timeout="soon")  # E
    await bus.request("text")  # E
    (await bus.request(GetMeterReadings())).payload.nonsense  # E
    bus.subscribe(MeterReadings, vreb="created")  # E
    bus.subscribe(EndDeviceEvents, group="g", inbox=7)  # E
    await bus.ensure_subscription(MeterReadings, gruop="g")  # E
    async with bus.replies(GetMeterReadings(), timout=3):  # E
        pass
    async with bus.replies(GetMeterReadings()) as replies:
        async for reply in replies:
            reply.payload.nonsense  # E
    async with bus.transaction() as transaction:
        await transaction.publish(42)  # E
        await transaction.publish(EndDeviceEvents(), sorce="HES")  # E
        (await transaction.publish(EndDeviceEvents())).payload.nonsense  # E


def messages(message: Message[EndDeviceEvents]) -> None:
    Message.of(EndDeviceEvents(), message_idd="x")  # E
    Message.of(42)  # E
    message.replace(sorce="HES")  # E
    message.replace(ack_required="no")  # E
    message.replace(source="HES").payload.nonsense  # E
    message.reply(result=7)  # E
    encode(message, "yaml")  # E
    Retry(first=1)  # E
    Retry(unless="OSError")  # E
    Postpone("soon")  # E
    CircuitBreaker(failure=3)  # E


def codes() -> None:
    ReadingTypeCode(measurementKnd="energy")  # E
    ReadingTypeCode("0.0", 7)  # E
    ReadingTypeCode(tou="1")  # E
    ReadingTypeCode(unit="Wh").apply(1.5)  # E
    EndDeviceEventCode(type=3)  # E
    EndDeviceEventCode("3.26.0.47").domane  # E
    Component("OMS", function=7)  # E


def rows(payload: MeterReadings) -> None:
    for row in readings.rows(payload):
        row.meter_id  # E
        row.value + 1.5  # E
    readings.to_messages(readings.rows(payload), sise=7)  # E
    readings.to_pandas(payload, zone="Europe/Berlin")  # E


async def no_undo(step: OperationStep) -> int:
    return step.number


OperationHandlers().on("Valves", verb="create")(no_undo)  # E

MosquittoBroker(port="1883")  # E
MosquittoBroker(heap="1g")  # E
KafkaBroker(mechanism="GSSAPI")  # E
KafkaBroker().url(wire="core")  # E
