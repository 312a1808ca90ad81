"""Dead letters on the middleware: kept there, looked at, taken out, and handled again by their consumer."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import anyio
import pytest

from application.support import event, mrid_of, until
from cimbus import Bus, Component, DecodeError, Frame, Kind, Message, Retry, Topic, UnsupportedError
from cimbus.application.dead_letters import BusDeadLetters, DeadLetter, DeadLetterFilter, FailedAttempt, bus_store
from cimbus.application.dead_letters.letter_frame import frame_of_letter, letter_in
from cimbus.nouns import EndDeviceEvents
from cimbus.testing.brokers.fixtures import *  # noqa: F403

pytestmark = pytest.mark.anyio
LIMIT = 55
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def letter(**changes):
    topic = Topic("production", "events", "EndDeviceEvents", "created", "UP-\udcff")
    frame = Frame(topic=topic, body=b"\x00\n{<x/>", properties={"Key": "UP-\udcff"}, address="topic:x")
    error = FailedAttempt(time=NOW, attempt=1, error="LookupError: \ud83d")
    given = {"time": NOW, "reason": "no \ud83d meter", "attempts": 2, "consumer": "OMS", "frame": frame}
    return DeadLetter(**{**given, "errors": (error,), "bus": "mqtt://b", **changes})


@pytest.mark.parametrize("original", [None, b"", b"as it\ncame"])
def test_a_letter_is_the_same_after_its_way_over_the_bus(original):
    kept = letter(id=7, original=original)
    found = letter_in(frame_of_letter(kept))

    assert found.frame == kept.frame
    assert (found.id, found.original, found.errors, found.consumer) == (7, original, kept.errors, "OMS")
    assert found.reason == "no \\ud83d meter"


@pytest.mark.parametrize("body", [b"", b"\n", b"[]\n", b"{}\nx", b"\xff\nx", b"[" * 100_000])
def test_what_is_no_letter_is_told(body):
    with pytest.raises(DecodeError, match="no dead letter"):
        letter_in(Frame(topic=Topic("c", "deadletters", "N", "created"), body=body))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Brokers on this machine send what they have without long pauses."""
    monkeypatch.setattr(bus_store, "QUIET", 0.3)


class Patient(Component):
    """An application that cannot handle poison until it is cured."""

    def __init__(self, name):
        super().__init__(name, retry=Retry(attempts=1))
        self.cured, self.seen = False, []

        @self.on(EndDeviceEvents, name="events")
        async def handle(message: Message[EndDeviceEvents]):
            if not self.cured:
                raise LookupError("no such meter")
            self.seen.append(mrid_of(message))


async def whole_life(url, context):
    """Three letters: one is dropped, one edited and handled while its consumer runs, one when it runs again."""
    letters, app = BusDeadLetters(url), Patient(f"APP-{context}")
    with anyio.fail_after(LIMIT):
        async with Bus(url, context=context, dead_letters="bus") as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            for number in range(3):
                await bus.publish(event(f"E-{number}", key=f"UP-{number}"))
            await app.counters["events"].reach(dead_lettered=3)
            found = {
                kept.frame.topic.key: kept for kept in await letters.letters() if kept.consumer.startswith(app.name)
            }
            await letters.remove(found["UP-1"].id)
            edited = found["UP-0"].frame.body.replace(b"E-0", b"E-9")
            await letters.edit(found["UP-0"].id, edited)
            app.cured = True
            await letters.request_replay(found["UP-0"].id)
            await until(lambda: app.seen)
            app.stop()
        left = [kept for kept in await letters.letters() if kept.consumer.startswith(app.name)]
        await letters.request_replay(found["UP-2"].id)
        async with Bus(url, context=context, dead_letters="bus") as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            await until(lambda: len(app.seen) == 2)
            app.stop()
        rest = await letters.purge(DeadLetterFilter(consumer=f"{app.name}.events"))
    assert sorted(found) == ["UP-0", "UP-1", "UP-2"]
    assert found["UP-0"].reason == "LookupError: no such meter"
    assert [kept.frame.topic.key for kept in left] == ["UP-2"]
    assert app.seen == ["E-9", "E-2"]
    assert rest == 0


async def test_letters_on_a_file_bus(tmp_path):
    await whole_life(f"sqlite:{tmp_path}/bus.db", "test")


@pytest.mark.broker
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # the same calls as above, which run on trio, too
@pytest.mark.parametrize("broker", ["mosquitto", "kafka", "artemis+amqp"])
async def test_letters_on_a_broker(broker, request):
    name, _, wire = broker.partition("+")
    context = f"letters{uuid.uuid4().hex[:8]}"
    url = request.getfixturevalue(name).url(**({"wire": wire} if wire else {}))
    await whole_life(url, context)


async def test_what_fails_again_is_kept_with_all_its_errors(tmp_path):
    url = f"sqlite:{tmp_path}/bus.db"
    letters, app = BusDeadLetters(url), Patient("APP")
    with anyio.fail_after(LIMIT):
        async with Bus(url, dead_letters="bus") as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            await bus.publish(event("E-1"))
            await app.counters["events"].reach(dead_lettered=1)
            (first,) = await letters.letters()
            await letters.request_replay(first.id)
            await app.counters["events"].reach(dead_lettered=2)
            (again,) = await letters.letters()
            app.stop()

    assert (again.id, again.attempts, len(again.errors)) == (first.id, 2, 2)


async def test_a_subscription_to_all_kinds_makes_no_letters_of_letters(tmp_path):
    async with (
        Bus(f"sqlite:{tmp_path}/bus.db", dead_letters="bus") as bus,
        bus.subscribe(kind=None, context="*") as everything,
    ):
        await bus.dead_letters.add(letter())
        await bus.publish(event("E-1"))
        async with await everything.receive() as message:
            assert mrid_of(message) == "E-1"
        assert everything.dead_lettered == 0
    assert len(await BusDeadLetters(f"sqlite:{tmp_path}/bus.db").letters()) == 1


async def test_a_consumer_that_never_ran_gets_no_letter_and_none_is_lost(tmp_path):
    letters = BusDeadLetters(f"sqlite:{tmp_path}/bus.db")
    await letters.check()
    number = await letters.add(letter())

    with pytest.raises(UnsupportedError, match="never run"):
        await letters.request_replay(number)
    assert [kept.id for kept in await letters.letters()] == [number]


async def test_a_letter_that_is_too_large_for_the_bus_is_kept_in_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", str(tmp_path / "letters.db"))
    from cimbus import DeadLetters, MessageTooLargeError

    async with Bus("memory:", dead_letters="bus") as bus:

        async def send(frames):
            return [MessageTooLargeError("too large")]

        monkeypatch.setattr(bus.transport, "send", send)
        await bus.dead_letters.add(letter())
    (kept,) = await DeadLetters(tmp_path / "letters.db").letters()
    assert kept.frame.body == letter().frame.body


async def test_what_the_middleware_cannot_do_is_an_error_at_start(tmp_path):
    holding = Component("HOLDING")

    @holding.on(EndDeviceEvents, after_dead_letter="hold_key")
    async def handle(message): ...

    async with Bus("memory:", dead_letters="bus") as bus:
        with pytest.raises(UnsupportedError, match="hold_key"):
            await holding.run(bus)
    with pytest.raises(UnsupportedError, match="kind"):
        await BusDeadLetters("x", Bus("mqtt://x?template={context}/{noun}/{verb}/{key}").transport).check()
    with pytest.raises(UnsupportedError, match="keeps nothing"):
        await BusDeadLetters("x", Bus("mqtt://x?qos=0").transport).check()


def test_letters_are_of_a_kind_of_their_own():
    assert frame_of_letter(letter()).topic.kind not in set(Kind)
