"""Dead letters on the middleware itself, for applications without a disk of their own, and for several replicas.

Rules:

* Letters are messages of the kind ``deadletters``, kept by the durable group ``dead-letters``. Looking at them receives
  them all and settles none. One is taken out by settling it; those before it are sent again first, since Kafka can only
  settle what came first. A process that dies meanwhile leaves a letter twice, never not at all.
* A letter that is to be handled again goes to a durable group of the consumer that gave up, and stays there until that
  has handled it.
* What is too large for the middleware with its reasons is kept in the file that the bus would have had.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import anyio
import msgspec
from anyio.abc import TaskGroup

from cimbus.errors import DecodeError, MessageTooLargeError, UnsupportedError
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.discovery import open_transport
from cimbus.middleware.frame import Frame
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.safe_url import bus_name
from cimbus.middleware.send_report import unroutable_in
from cimbus.middleware.transport import Transport

from .letter import EVERY, DeadLetter, DeadLetterFilter
from .letter_frame import MOST, frame_of_letter, frame_of_replay, letter_in, letters_spec, replays_spec
from .store import DeadLetters

log: Final = safe_logger("cimbus")

FIRST: Final = 4.0
"""How long to wait for the first letter, in seconds: a group of Kafka is assigned its partitions within about three."""
QUIET: Final = 1.0
"""After which silence all letters have come, in seconds: a broker sends what it has without pauses."""


class BusDeadLetters(DeadLetters):
    """A store of dead letters on a bus.

    >>> BusDeadLetters("mqtt://broker").path
    'the bus mqtt://broker'

    Args:
        url: of the bus.
        transport: the bus's own, which is open when letters come; None: one is opened for each call.
    """

    def __init__(self, url: str, transport: Transport | None = None) -> None:
        beside = DeadLetters.beside(url or "memory:")
        super().__init__(beside.path)
        self.path = f"the bus {bus_name(url) if url else ''}".strip()
        self._url = url
        self._shared = transport
        self._tasks: TaskGroup | None = None
        self._beside = beside
        self._changes = 0
        self._requested: dict[str, list[DeadLetter]] = {}
        """By consumer, those that are to be handled again."""
        self._replays: dict[int, Delivery[Frame]] = {}
        self._listening: set[str] = set()

    in_file = False

    def run_in(self, tasks: TaskGroup) -> None:
        """Receive what is to be handled again in tasks of this group."""
        self._tasks = tasks

    # -- the middleware -----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _transport(self) -> AsyncGenerator[Transport]:
        if self._shared is not None:
            yield self._shared
            return
        async with open_transport(self._url) as transport:
            yield transport

    async def check(self) -> None:
        """Create the group that keeps letters.

        Raises:
            UnsupportedError: the middleware keeps nothing while no consumer is there, or topics do not tell a kind.
            TransportError: it refuses the subscription.
        """
        async with self._transport() as transport:
            if not transport.traits.durable:
                raise UnsupportedError("dead_letters='bus': this middleware keeps nothing for a group that is away")
            if "kind" not in transport.naming.fields:
                raise UnsupportedError(
                    "dead_letters='bus': the template of topics has no {kind}, which tells letters from messages"
                )
            async with transport.listen(letters_spec()):
                pass

    def check_holding(self, consumers: Sequence[str]) -> None:
        """Refuse handlers that hold keys: a middleware is not asked for each message which keys have letters.

        Raises:
            UnsupportedError: there are such handlers.
        """
        if consumers:
            raise UnsupportedError(
                f"{', '.join(consumers)}: after_dead_letter='hold_key' needs a file of dead letters; with "
                "dead_letters='bus' it is not known which objects have one"
            )

    async def _send(self, transport: Transport, frame: Frame) -> bool:
        """Send a frame; return False if no subscription to it exists.

        Raises:
            SendError: the middleware refuses it.
        """
        results = await transport.send((frame,))
        if results[0] is not None:
            raise results[0]
        return not unroutable_in(results)

    async def add(self, letter: DeadLetter) -> int:
        """Send a letter; return its number once the middleware has it.

        Raises:
            TransportError: the middleware does not take it.
        """
        kept = msgspec.structs.replace(letter, id=letter.id or secrets.randbelow(2**31 - 1) + 1)
        async with self._transport() as transport:
            try:
                if not await self._send(transport, frame_of_letter(kept)):
                    await self.check()  # the group was deleted at the broker
                    await self._send(transport, frame_of_letter(kept))
            except MessageTooLargeError as error:
                number = await self._beside.add(letter)
                log.warning("a dead letter is too large for the bus and is kept in %s: %s", self._beside.path, error)
                return number
        return kept.id

    # -- looking ------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _browsing(self) -> AsyncGenerator[tuple[Transport, list[tuple[DeadLetter, Delivery[Frame]]]]]:
        """Return the block in which all letters are received; those not settled stay."""
        async with self._transport() as transport, transport.listen(letters_spec()) as consumer:
            found: list[tuple[DeadLetter, Delivery[Frame]]] = []
            batch: Sequence[Delivery[Frame]] | None = ()
            while batch is not None and len(found) < MOST:
                batch = None
                with anyio.move_on_after(QUIET if found else FIRST):
                    batch = await consumer.receive()
                for delivery in batch or ():
                    try:
                        found.append((letter_in(delivery.value), delivery))
                    except DecodeError as error:
                        log.warning("%s is left where it is: %s", delivery.value.topic, error)
            yield transport, found

    async def letters(self, wanted: DeadLetterFilter = EVERY) -> list[DeadLetter]:
        """Return all letters, or those that fit a filter, oldest first."""
        async with self._browsing() as (_, found):
            letters = {letter.id: letter for letter, _ in found if wanted.fits(letter)}
        return sorted(letters.values(), key=lambda letter: letter.time)

    async def get(self, number: int) -> DeadLetter | None:
        """Return one letter, None if there is none of that number."""
        return next((letter for letter in await self.letters() if letter.id == number), None)

    # -- taking out ---------------------------------------------------------------------------------------------------

    async def _take(self, chosen: Callable[[DeadLetter], bool], send: Callable[[DeadLetter], Frame] | None) -> int:
        """Take letters out, once what ``send`` returns for each is sent; return how many.

        Raises:
            UnsupportedError: no subscription exists to what is sent.
        """
        async with self._browsing() as (transport, found):
            places = [place for place, (letter, _) in enumerate(found) if chosen(letter)]
            for place in places:
                if send is not None and not await self._send(transport, send(found[place][0])):
                    raise UnsupportedError(f"{found[place][0].consumer} has never run with dead_letters='bus'")
            before = found[: places[-1]] if places else []
            again = [frame_of_letter(letter) for letter, _ in before if not chosen(letter)]
            for error in await transport.send(again) if again else ():
                if error is not None:
                    raise error
            for _, delivery in found[: places[-1] + 1] if places else ():
                delivery.accept()
        return len({found[place][0].id for place in places})

    async def remove(self, number: int) -> None:
        """Remove a letter; one that was handled again leaves the queue of its consumer."""
        if (replayed := self._replays.pop(number, None)) is not None:
            replayed.accept()
            return
        await self._take(lambda letter: letter.id == number, None)

    async def purge(self, wanted: DeadLetterFilter) -> int:
        """Remove the letters that fit a filter; return how many there were."""
        return await self._take(wanted.fits, None)

    async def edit(self, number: int, body: bytes) -> None:
        """Give a letter another body; the one that was delivered is kept as ``original``."""

        def edited(letter: DeadLetter) -> Frame:
            original = letter.frame.body if letter.original is None else letter.original
            frame = msgspec.structs.replace(letter.frame, body=body)
            return frame_of_letter(msgspec.structs.replace(letter, frame=frame, original=original))

        await self._take(lambda letter: letter.id == number, edited)

    # -- handling again -----------------------------------------------------------------------------------------------

    async def request_replay(self, number: int) -> None:
        """Send a letter to its consumer, which handles it now or when it runs; it stays there until then.

        Raises:
            UnsupportedError: that consumer never ran with its dead letters on the bus, or the middleware cannot tell.
        """
        letter = await self.get(number)
        if letter is None:
            return
        async with self._transport() as transport:
            traits = transport.traits
            if not traits.tells_unroutable and not traits.transactions:
                raise UnsupportedError(
                    "letters are sent to their consumer over MQTT 5.0 at QoS 1 only, which tells whether it has a queue"
                )
            if not traits.tells_unroutable:  # then members share a group, and joining it disturbs none
                async with transport.listen(replays_spec(letter.consumer)):
                    pass
        await self._take(lambda each: each.id == number, frame_of_replay)

    async def withdraw_replay(self, number: int) -> bool:
        """Return False: what was sent to a consumer stays with it."""
        del number
        return False

    async def take_requested(self, consumer: str, bus: str) -> list[DeadLetter]:
        """Return the letters that have come for this consumer to be handled again."""
        del bus  # letters of another one do not come here
        if consumer not in self._listening and self._tasks is not None:
            self._listening.add(consumer)
            await self._tasks.start(self._receive, consumer)
        return self._requested.pop(consumer, [])

    async def _receive(self, consumer: str, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        assert self._shared is not None  # noqa: S101  # a bus that has tasks has a transport
        try:
            async with self._shared.listen(replays_spec(consumer)) as replays:
                task_status.started()
                while True:
                    for delivery in await replays.receive():
                        self._take_up(consumer, delivery)
        finally:
            self._listening.discard(consumer)

    def _take_up(self, consumer: str, delivery: Delivery[Frame]) -> None:
        try:
            letter = letter_in(delivery.value)
        except DecodeError as error:
            log.warning("%s: %s", delivery.value.topic, error)
            delivery.reject()
            return
        self._replays[letter.id] = delivery
        self._requested.setdefault(consumer, []).append(letter)
        self._changes += 1

    async def keep_again(self, letter: DeadLetter) -> None:
        """Keep a letter whose handling has failed again, with its new errors."""
        await self.add(letter)
        if (replayed := self._replays.pop(letter.id, None)) is not None:
            replayed.accept()

    async def release(self, number: int) -> None:
        """Have a letter whose handling was not finished delivered to its consumer again."""
        if (replayed := self._replays.pop(number, None)) is not None:
            replayed.release()

    async def keys(self, consumer: str, bus: str) -> set[str]:
        """Return nothing: a middleware is not asked for each message."""
        del consumer, bus
        return set()

    @property
    def version(self) -> object:
        """Something that differs when letters have come to be handled again."""
        return self._changes

    def close(self) -> None:
        """Forget what was received; the middleware has it."""
        self._beside.close()
        self._tasks = None
        self._replays.clear()
        self._requested.clear()
