"""A dead letter is handled again by the consumer that gave up, and stays in the store until that succeeds."""

from __future__ import annotations

import anyio
import pytest

from application.support import event, mrid_of
from cimbus import Bridge, Bus, Component, Outbox, Retry, SendError
from cimbus.application.dead_letters import DeadLetterFilter, DeadLetters, replay
from cimbus.errors import CimbusError
from cimbus.middleware.memory import MemoryTransport
from cimbus.nouns import EndDeviceEvents

pytestmark = pytest.mark.anyio

LIMIT = 60
ONCE = Retry(attempts=1)
TWICE = Retry(attempts=2, initial_delay=0.001, jitter=0.0)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(replay, "POLL", 0.01)


async def until_letters(letters: DeadLetters, count: int, **wanted):
    """Wait until there are so many letters that fit, and return them."""
    while len(found := await letters.letters(DeadLetterFilter(**wanted))) != count:  # noqa: ASYNC110  # it has no event
        await anyio.sleep(0.01)
    return found


class Poison:
    """A handler that fails while ``wrong`` says so, and what it has handled."""

    def __init__(self) -> None:
        self.wrong = True
        self.handled: list[str] = []

    async def __call__(self, message) -> None:
        if self.wrong and not mrid_of(message).startswith("good"):
            raise LookupError(f"no meter {mrid_of(message)}")
        self.handled.append(mrid_of(message))


class Choosy(MemoryTransport):
    """A bus in memory that refuses everything until it is told not to."""

    refuses = True

    async def send(self, frames):
        if self.refuses:
            return [SendError("no")] * len(frames)
        return await super().send(frames)


async def test_a_letter_goes_to_its_consumer_and_to_no_other(tmp_path):
    letters, one, two = DeadLetters(tmp_path / "letters.db"), Poison(), Poison()
    two.wrong = False
    app = Component("APP", retry=TWICE)
    app.on(EndDeviceEvents, name="one")(one)
    app.on(EndDeviceEvents, name="two")(two)
    with anyio.fail_after(LIMIT):
        async with Bus("memory:", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            await bus.publish(event("1"))
            (letter,) = await until_letters(letters, 1)

            assert (letter.consumer, letter.attempts, letter.bus) == ("APP.one", 2, "memory:")
            assert [(error.attempt, error.error) for error in letter.errors] == [
                (1, "LookupError: no meter 1"),
                (2, "LookupError: no meter 1"),
            ]

            await letters.request_replay(letter.id)  # it fails again, and is kept with the new errors
            while len((await letters.get(letter.id)).errors) < 4:  # noqa: ASYNC110  # likewise
                await anyio.sleep(0.01)
            again = await letters.get(letter.id)
            assert (again.state, again.attempts) == ("kept", 4)

            one.wrong = False
            await letters.request_replay(letter.id)
            await until_letters(letters, 0)
            app.stop()
    assert one.handled == ["1"]
    assert two.handled == ["1"]  # when it was published, and not again
    assert app.counters["one"].handled == 1


async def test_with_nobody_there_it_stays_and_a_later_component_takes_it(tmp_path):
    letters, poison = DeadLetters(tmp_path / "letters.db"), Poison()
    app = Component("APP", retry=ONCE)
    app.on(EndDeviceEvents, name="h")(poison)
    url = f"sqlite:///{tmp_path}/bus.db"
    with anyio.fail_after(LIMIT):
        async with Bus(url, dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            await bus.publish(event("1"))
            (letter,) = await until_letters(letters, 1)
            app.stop()
        await letters.request_replay(letter.id)
        other = Component("OTHER", retry=ONCE)
        other.on(EndDeviceEvents, name="h")(poison)
        poison.wrong = False
        async with Bus(url, dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            await tasks.start(other.run, bus)
            await anyio.sleep(0.1)
            assert (await letters.get(letter.id)).state == "requested"
            await tasks.start(app.run, bus)
            await until_letters(letters, 0)
            app.stop()
            other.stop()
    assert poison.handled == ["1"]


async def test_a_component_that_stops_in_the_middle_keeps_the_letter(tmp_path):
    letters, begun = DeadLetters(tmp_path / "letters.db"), anyio.Event()
    app, fail = Component("APP", retry=ONCE, grace=0.05), True

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        if fail:
            raise LookupError
        begun.set()
        await anyio.sleep_forever()

    with anyio.fail_after(LIMIT):
        async with Bus("memory:", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            await bus.publish(event("1"))
            (letter,) = await until_letters(letters, 1)
            fail = False
            await letters.request_replay(letter.id)
            await begun.wait()
            assert (await letters.get(letter.id)).state == "taken"
            app.stop()
    assert (await letters.get(letter.id)).state == "kept"


async def test_later_messages_of_the_key_join_a_dead_letter_and_are_handled_in_order(tmp_path):
    letters, poison = DeadLetters(tmp_path / "letters.db"), Poison()
    app = Component("APP", retry=ONCE)
    app.on(EndDeviceEvents, name="h", after_dead_letter="hold_key", concurrency=4)(poison)
    with anyio.fail_after(LIMIT):
        async with Bus("memory:hold", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            for mrid, key in (("bad", "UP-1"), ("good-1", "UP-1"), ("good-2", "UP-2"), ("good-3", "UP-1")):
                await bus.publish(event(mrid, key=key))
            kept = await until_letters(letters, 3)

            assert poison.handled == ["good-2"]
            assert [letter.frame.topic.key for letter in kept] == ["UP-1"] * 3
            assert [letter.reason for letter in kept] == [
                "LookupError: no meter bad",
                "behind an earlier dead letter of its key",
                "behind an earlier dead letter of its key",
            ]

            poison.wrong = False
            for letter in kept:
                await letters.request_replay(letter.id)
            await until_letters(letters, 0)
            assert poison.handled[1:] == ["bad", "good-1", "good-3"]

            await bus.publish(event("good-4", key="UP-1"))
            await app.counters["h"].reach(handled=5)
            app.stop()


async def test_keys_are_held_before_the_store_has_been_read_and_whatever_an_older_look_found(tmp_path, monkeypatch):
    """Looks take their time on a busy machine; messages do not wait for them."""
    monkeypatch.setattr(replay.LetterReplay, "_look", lambda self: anyio.sleep_forever())
    letters, poison = DeadLetters(tmp_path / "letters.db"), Poison()
    with anyio.fail_after(LIMIT):
        for number in range(2):
            app = Component("APP", retry=ONCE)
            app.on(EndDeviceEvents, name="h", after_dead_letter="hold_key")(poison)
            async with Bus("memory:not-read", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
                await tasks.start(app.run, bus)
                await bus.publish(event("good" if number else "bad"))
                kept = await until_letters(letters, number + 1)
                app.runners["h"]._held_keys(set())  # of a look that began before the letter was there
                await bus.publish(event("good"))
                await until_letters(letters, number + 2)
                await letters.remove(kept[-1].id)
                app.stop()
    assert not poison.handled


async def test_a_store_that_cannot_be_written_at_the_end_raises_nothing_in_place_of_a_cancellation(monkeypatch, caplog):
    async def unwritable(self, number):
        raise CimbusError("the disk is full")

    letters = DeadLetters()
    app, poison = Component("APP", retry=ONCE), Poison()
    app.on(EndDeviceEvents, name="h")(poison)
    begun = anyio.Event()

    async def begin_again(message):
        begun.set()
        await anyio.sleep_forever()

    with anyio.fail_after(LIMIT):
        async with Bus("memory:", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            await bus.publish(event("bad"))
            (letter,) = await until_letters(letters, 1)
            poison.__class__ = type("Waiting", (Poison,), {"__call__": lambda self, message: begin_again(message)})
            await letters.request_replay(letter.id)
            await begun.wait()
            monkeypatch.setattr(DeadLetters, "release", unwritable)
            tasks.cancel_scope.cancel()
    assert "cannot conclude its letters: the disk is full" in caplog.text


async def test_keys_are_held_after_a_restart_and_freed_when_a_letter_is_dropped(tmp_path):
    letters, poison = DeadLetters(tmp_path / "letters.db"), Poison()
    with anyio.fail_after(LIMIT):
        for _ in range(2):
            app = Component("APP", retry=ONCE)
            app.on(EndDeviceEvents, name="h", after_dead_letter="hold_key")(poison)
            async with Bus("memory:held", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
                await tasks.start(app.run, bus)
                await bus.publish(event("bad"))
                kept = await until_letters(letters, _ + 1)
                app.stop()
        assert kept[1].reason == "behind an earlier dead letter of its key"
        for letter in kept:
            await letters.remove(letter.id)
        app = Component("APP", retry=ONCE)
        app.on(EndDeviceEvents, name="h", after_dead_letter="hold_key")(poison)
        async with Bus("memory:held", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            await bus.publish(event("good"))
            await app.counters["h"].reach(handled=1)
            app.stop()


async def test_a_component_may_stop_at_a_dead_letter():
    app, poison = Component("APP", retry=ONCE), Poison()
    app.on(EndDeviceEvents, name="h", after_dead_letter="stop")(poison)
    letters = DeadLetters()

    async def publish(bus: Bus) -> None:
        while True:  # until somebody listens
            await bus.publish(event("bad"))
            await anyio.sleep(0.01)

    with anyio.fail_after(LIMIT):
        async with Bus("memory:", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            tasks.start_soon(publish, bus)
            with pytest.raises(CimbusError, match=r"APP\.h stops: a message became a dead letter"):
                await app.run(bus)
            tasks.cancel_scope.cancel()
    assert poison.handled == []


def test_what_can_happen_after_a_dead_letter_is_checked():
    with pytest.raises(ValueError, match="after_dead_letter is one of continue, hold_key, stop"):
        Component("APP").on(EndDeviceEvents, after_dead_letter="explode")


async def test_a_bridge_forwards_its_letters_again(tmp_path):
    letters, target = DeadLetters(tmp_path / "letters.db"), Choosy("choosy")
    with anyio.fail_after(LIMIT):
        async with (
            Bus("memory:field", dead_letters=letters) as field,
            Bus(target) as platform,
            anyio.create_task_group() as tasks,
        ):
            bridge = Bridge(field, platform)
            await tasks.start(bridge.run)
            async with platform.subscribe(EndDeviceEvents) as events:
                await field.publish(event("1"))
                (letter,) = await until_letters(letters, 1, consumer="bridge.bridge")
                target.refuses = False
                await letters.request_replay(letter.id)
                async with await events.receive() as message:
                    assert mrid_of(message) == "1"
                await until_letters(letters, 0)
            tasks.cancel_scope.cancel()


async def test_a_letter_of_the_outbox_is_sent_again(tmp_path):
    letters, target, outbox = DeadLetters(tmp_path / "letters.db"), Choosy("choosy"), Outbox(tmp_path / "outbox.db")
    with anyio.fail_after(LIMIT):
        async with Bus(target, dead_letters=letters, outbox=outbox) as bus, bus.subscribe(EndDeviceEvents) as events:
            await bus.publish(event("1"))
            (letter,) = await until_letters(letters, 1, consumer="outbox")
            target.refuses = False
            await letters.request_replay(letter.id)
            async with await events.receive() as message:
                assert mrid_of(message) == "1"
            await until_letters(letters, 0)
