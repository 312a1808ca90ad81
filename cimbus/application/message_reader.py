"""Frames that were delivered become messages, or dead letters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, Literal

import anyio
import anyio.to_thread
import msgspec

from cimbus.errors import CimbusError, DecodeError
from cimbus.interface.codecs import THREAD_SIZE
from cimbus.interface.message import DecodeNote, Message
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.expiry import EXPIRATION, is_expired
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import Backoff, ThrottledLog
from cimbus.middleware.one_line import one_line
from cimbus.middleware.safe_log import safe_logger

from .audit import AuditTrail, letter_record
from .audit.transport import LONGEST
from .claim_check import ClaimCheck
from .claim_check.content_store import ContentStoreError
from .claim_check.reference import joined
from .dead_letters import DeadLetter, DeadLetters, FailedAttempt
from .dead_letters.letter_frame import KINDS
from .marshal import differences, unpack

Check = Literal["note", "topic"]
"""What happens to a message whose header differs from its topic and properties."""

log: Final = safe_logger("cimbus")


class MessageReader:
    """Decodes what is delivered to one consumer; what is not such a message becomes a dead letter.

    Args:
        consumer: the name under which dead letters are kept.
        letters: the store for them.
        payload: the only class of payload that is accepted; None: any.
        unpack: returns the message in a frame.
        check: see ``Bus``.
        counted: called for each dead letter.
        bus: the name of the bus in the store.
        claims: reads what was stored beside the bus.
        audit: where dead letters are written down; None: nowhere.

    Attributes:
        dead_lettered: how many messages became dead letters.
        waiting: why a dead letter waits to be written, or a stored content to be read; empty if none does.
        expired: how many were not handled because they came too late.
    """

    def __init__(
        self,
        consumer: str,
        letters: DeadLetters,
        *,
        payload: type[Any] | None = None,
        unpack: Callable[[Frame], Message[Any]] = unpack,
        check: Check = "note",
        counted: Callable[[], None] | None = None,
        bus: str = "",
        claims: ClaimCheck | None = None,
        audit: AuditTrail | None = None,
    ) -> None:
        self.audit = audit
        self._claims = claims or ClaimCheck()
        self.bus = bus
        self.letters = letters
        self.consumer = consumer
        self.dead_lettered = self.expired = 0
        self.waiting = ""
        self._payload = payload
        self._unpack = unpack
        self._routing = check
        self._counted = counted
        self._throttled, self._expiring = ThrottledLog(log), ThrottledLog(log)

    async def check(self) -> None:
        """Open the store of dead letters.

        Raises:
            CimbusError: it cannot be written.
        """
        await self.letters.check()

    def expire(self, delivery: Delivery[Frame]) -> bool:
        """Accept a delivery that has expired, and return True; return False if it has not."""
        if EXPIRATION not in delivery.value.properties or not is_expired(delivery.value, time.time()):
            return False
        self.expired += 1
        delivery.accept()
        self._expiring.warning(
            "%s: %s has expired and is not handled (%d so far; by this machine's clock)",
            self.consumer,
            delivery.value.topic,
            self.expired,
        )
        return True

    def read_at_once(self, delivery: Delivery[Frame]) -> Message[Any] | Exception | None:
        """Return the message of a delivery, or why it is none; None: that has to wait for something."""
        frame = delivery.value
        if delivery.defect or len(frame.body) >= THREAD_SIZE:
            return None
        try:
            message = self._unpack(frame)
            return None if self._claims.may_refer(message, frame.body) else self._checked(message, frame)
        except Exception as error:  # noqa: BLE001  # whatever one message does to us, the next one is handled
            return error

    async def read(self, delivery: Delivery[Frame], found: Exception | None = None) -> Message[Any] | None:
        """Return the message of a delivery; None if it became a dead letter. ``found``: why it does, if known."""
        if delivery.defect:
            await self.dead_letter(delivery, delivery.defect)
            return None
        frame = delivery.value
        try:
            if found is not None:
                raise found  # noqa: TRY301  # it is treated as what is raised here
            small = len(frame.body) < THREAD_SIZE  # as most: nothing to wait for
            message = self._unpack(frame) if small else await self._unpacked_in_thread(frame)
            if self._claims.may_refer(message, frame.body):
                message = await self._whole(message, frame)
            return self._checked(message, frame)
        except Exception as error:  # as above
            if not isinstance(error, DecodeError):
                log.exception("%s: a defect of cimbus, found by a message on %s", self.consumer, delivery.value.topic)
            await self.dead_letter(delivery, f"{type(error).__name__}: {error}")
            return None

    async def _whole(self, sent: Message[Any], frame: Frame) -> Message[Any]:
        """Return a message with what was stored for it, if it has a reference."""
        content = await self._stored_content(sent)
        if content is None:
            return sent
        stored = msgspec.structs.replace(frame, body=content)
        return joined(sent, await self._unpacked_in_thread(stored))

    async def _unpacked_in_thread(self, frame: Frame) -> Message[Any]:
        def unpacked() -> Message[Any]:
            message = self._unpack(frame)
            _ = message.payload_area  # which is decoded when it is first looked at
            return message

        return await anyio.to_thread.run_sync(unpacked)  # the event loop goes on meanwhile

    async def _stored_content(self, message: Message[Any]) -> bytes | None:
        """Return what was stored for a message; waits for a store that cannot be reached."""
        backoff = Backoff()
        while True:
            try:
                content = await self._claims.content(message)
                self.waiting = ""
                return content  # noqa: TRY300  # what is raised is handled below
            except ContentStoreError as error:
                self.waiting = str(error)
                self._throttled.warning("%s waits: a stored content cannot be read: %s", self.consumer, error)
            await anyio.sleep(backoff.pause())

    def _checked(self, message: Message[Any], frame: Frame) -> Message[Any]:
        """Return a message with a note for each difference between its header and how its frame was routed.

        Raises:
            DecodeError: its payload is of another class, or there are differences and none is accepted.
        """
        if self._payload is not None:
            self._check_payload(message, self._payload)
        found = differences(message, frame)
        if not found:
            return message
        if self._routing == "topic":
            raise DecodeError(f"the header differs from how the message was sent: {'; '.join(found)}")
        return message.noted(*(DecodeNote(path="Header", text=text) for text in found))

    @staticmethod
    def _check_payload(message: Message[Any], wanted: type[Any]) -> None:
        payload = message.payload
        if payload is not None and not isinstance(payload, wanted):
            raise DecodeError(
                f"the payload is {getattr(payload, 'name', type(payload).__name__)}, not {wanted.__name__}",
                header=message.header,
            )

    async def dead_letter(
        self,
        delivery: Delivery[Frame],
        reason: str,
        attempts: int | None = None,
        errors: Iterable[FailedAttempt] = (),
    ) -> None:
        """Keep a delivery as a dead letter and reject it; one that is a letter already is kept with what is new.

        While the store cannot be written this waits, and the consumer with it: a message is neither lost nor delivered
        again and again meanwhile.

        Args:
            delivery: what could not be handled.
            reason: why.
            attempts: how often it was tried; None: as often as it was delivered.
            errors: of each attempt; by default ``reason``.
        """
        if delivery.value.topic.kind in KINDS:  # a subscription to all kinds: a letter must not become one again
            log.error("%s: a dead letter on the bus is no message: see `cimbus dlq`", delivery.value.topic)
            delivery.reject()
            return
        now, count = datetime.now(UTC), delivery.attempt if attempts is None else attempts
        failed = tuple(errors) or (FailedAttempt(time=now, attempt=count, error=reason),)
        earlier = delivery.token if isinstance(delivery.token, DeadLetter) else None
        if earlier is None:
            letter = DeadLetter(
                time=now,
                reason=reason,
                attempts=count,
                consumer=self.consumer,
                frame=delivery.value,
                bus=self.bus,
                errors=failed,
            )
        else:
            letter = msgspec.structs.replace(
                earlier, reason=reason, attempts=earlier.attempts + count, errors=earlier.errors + failed
            )
        number = await self._kept(letter)
        self.dead_lettered += 1
        if self._counted is not None:
            self._counted()
        log.error("%s: %s became dead letter %d: %s", self.consumer, delivery.value.topic, number, reason)
        if self.audit is not None:
            self.audit.write(letter_record("dead_lettered", letter, number, reason=one_line(reason, most=LONGEST)))
        delivery.reject()

    async def _kept(self, letter: DeadLetter) -> int:
        backoff = Backoff()
        while True:
            try:
                number = letter.id or await self.letters.add(letter)
                if letter.id:
                    await self.letters.keep_again(letter)
                self.waiting = ""
                return number  # noqa: TRY300  # what is raised is handled below
            except CimbusError as error:
                self.waiting = str(error)
                self._throttled.warning("%s waits: a dead letter cannot be written: %s", self.consumer, error)
            await anyio.sleep(backoff.pause())
