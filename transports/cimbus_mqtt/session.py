"""A connection that is made again for ever: the life of a sender or of an inbox.

Rules: only the first attempt may fail (``ConnectError``); after that a lost connection is made again with jittered
pauses, for as long as it takes. Subscriptions are made again each time, whether the broker kept the session or not.
Another client with our client id ends it: two that take the connection from each other for ever serve nobody
(see ``takeover``).
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Sequence
from typing import Final

import anyio
import anyio.abc
import msgspec

from cimbus.errors import ClosedError, ConnectError, TransportError
from cimbus.net import Backoff

from .engine import Hello
from .handler import Handler, Lost
from .identity import Identity
from .link import FAREWELL, TAKEN_OVER, Link, open_link, refusal
from .place import Place, Refused, VersionRefused
from .takeover import QUICK, Takeover

log = logging.getLogger("cimbus.mqtt")

SHORT: Final = 1.0
"""After a connection that worked, however short, no pause is longer: it is the line that fails, not the broker."""
DOUBT: Final = 0.1
"""How long to pause at least, so that other connections can notice what ended this one."""


class SubscriptionRefused(ConnectError):  # noqa: N818
    """The broker does not let us hear this."""


class Session:
    """One identity at one place.

    Args:
        patient: the first attempt, too, waits for a broker that cannot be reached.
        witness: another session at the same place, if there is one: what ends both is no takeover.
    """

    def __init__(
        self, place: Place, identity: Identity, handler: Handler, *, patient: bool, witness: Session | None = None
    ) -> None:
        self.identity = identity
        self.up = False
        self.ended: TransportError | None = None
        """Why it ended by itself."""
        self.done = anyio.Event()
        self.reconnects = 0
        self._place = place
        self._handler = handler
        self._patient = patient
        self._witness = witness
        self._backoff = Backoff()
        self._stop = anyio.Event()
        self._link: Link | None = None
        self._scope = anyio.CancelScope()
        self._running = self._began = False
        self._takeover = Takeover()

    async def run(self, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Live until ``stop``, or until it cannot go on (then ``ended`` says why).

        Raises:
            ConnectError: the first attempt failed.
        """
        self._running = True
        try:
            while not self._stop.is_set():
                with anyio.CancelScope() as self._scope:
                    if (pause := await self._once(task_status)) is not None:
                        await anyio.sleep(pause)
                        if self._takeover.confirmed(self._testimony) and self.identity.guarded:
                            raise self._taken()
        except (ClosedError, SubscriptionRefused) as exc:
            if not self._began:
                raise
            self.ended = exc
            log.error("%s: %s", self.identity.client_id, exc)  # noqa: TRY400  # the reason is all there is
        finally:
            self.done.set()

    async def _once(self, task_status: anyio.abc.TaskStatus[None]) -> float | None:
        """Connect and live until the connection is over; return how long to pause then."""
        try:
            await self._live(task_status)
        except Lost as lost:
            log.warning("%s: %s; connecting again", self.identity.client_id, lost)
            return max(self._backoff.pause(), DOUBT if self._takeover.suspected else 0.0)
        except SubscriptionRefused:
            raise
        except VersionRefused:
            if self._place.settled:
                raise
            log.info("%s does not speak MQTT 5.0; trying 3.1.1", self._place.address)
            self._place.v5, self._place.settled = False, True
            return None
        except ConnectError as exc:
            self._takeover = Takeover()
            if not self._began and (not self._patient or isinstance(exc, Refused)):
                raise
            log.warning("%s: %s; trying again", self.identity.client_id, exc)
            return self._backoff.pause()
        return None

    async def _live(self, task_status: anyio.abc.TaskStatus[None]) -> None:
        place, identity = self._place, self.identity
        async with open_link(place, self._hello()) as link:
            place.settled = True
            if identity.keep > (kept := link.welcome.session_expiry or identity.keep) and not self._began:
                log.warning("%s: the broker keeps the session for %d s only", identity.client_id, kept)
            started = time.monotonic()
            lost: Lost | None = None
            async with link.running(self._handler):
                try:
                    self._link, self.up = link, True
                    later = await self._subscribe(link)
                    if self._began:
                        self.reconnects += 1
                        log.info("%s: connected again", identity.client_id)
                    else:
                        self._began = True
                        task_status.started()
                    if later:
                        self._check(await link.granted(later) or ())
                    await link.over.wait()
                except Lost as exc:
                    lost = exc
                finally:
                    self._link, self.up = None, False
            if self._stop.is_set():
                return
            lost = lost or link.lost or Lost("the connection is over")
            if link.worked:
                self._backoff.calm(SHORT)
            self._judge(lost, time.monotonic() - started)
            raise lost

    @property
    def _remembered(self) -> bool:
        """Whether an MQTT 3.1.1 broker keeps a session that nobody wants after us."""
        return not self._place.v5 and self._place.options.qos == 2 and not self.identity.filters

    async def _erase(self) -> None:
        """Have the broker forget a session: one clean connection does it (MQTT 3.1.1, 3.1.2.4)."""
        hello = msgspec.structs.replace(self._hello(), clean=True, will=None)
        with anyio.move_on_after(FAREWELL), contextlib.suppress(ConnectError):
            async with open_link(self._place, hello):
                pass

    def _hello(self) -> Hello:
        identity, place = self.identity, self._place
        # no expiry in 3.1.1: a session is kept for ever, or not at all; QoS 2 needs it to be exact
        clean = not (identity.durable or (self._began if place.v5 else self._remembered))
        return Hello(
            v5=place.v5,
            client_id=identity.client_id,
            clean=clean,
            keepalive=place.options.keepalive,
            session_expiry=identity.keep,
            receive_maximum=identity.receive_maximum,
            max_packet=place.options.max_packet,
            user=place.address.user,
            password=place.address.password,
            will=identity.will,
        )

    async def _subscribe(self, link: Link) -> int:
        """Subscribe; return 0, or the identifier of a SUBSCRIBE that is answered later.

        What a session has kept may come first, and be more than we take at once: then it has its subscriptions, too.
        """
        filters, options = self.identity.filters, self._place.options
        if not filters:
            return 0
        packet_id = link.subscribe(filters, options.qos)
        with anyio.move_on_after(options.connect_timeout):
            codes = await link.granted(packet_id, unless_paused=link.welcome.session_present)
            if codes is None:
                return packet_id
            self._check(codes)
            return 0
        raise Lost(f"no answer to SUBSCRIBE within {options.connect_timeout:g} s")

    def _check(self, codes: Sequence[int]) -> None:
        """Look at what the broker granted (MQTT 5.0, 3.9.3).

        Raises:
            SubscriptionRefused: not everything.
        """
        for wanted, code in zip(self.identity.filters, codes, strict=False):
            if code >= 0x80:
                raise SubscriptionRefused(f"the broker refuses the subscription to {wanted!r}: {refusal(code)}")
            if code < self._place.options.qos:
                log.warning("%s: the broker grants only QoS %d for %r", self.identity.client_id, code, wanted)

    def _judge(self, lost: Lost, life: float) -> None:
        """Look at how a connection ended.

        Raises:
            ClosedError: the broker says that somebody else has our client id.
        """
        if life >= QUICK:
            self._backoff.reset()
        if self.identity.guarded and lost.code == TAKEN_OVER:
            raise self._taken()
        self._takeover.ended(self._testimony, silent=lost.silent, life=life)

    @property
    def _testimony(self) -> object:
        """What stays the same as long as the witness keeps its connection; None if it has none."""
        witness = self._witness
        if witness is None:
            return "nobody to ask"
        return ("connection", witness.reconnects) if witness.up else None

    def _taken(self) -> ClosedError:
        return ClosedError(
            f"another process is connected as {self.identity.client_id!r}: a durable group has one member per "
            "instance; give each process an instance of its own (?instance=NAME)"
        )

    async def stop(self) -> None:
        """Say goodbye and wait for the end; the broker forgets a session that is not durable."""
        forget = not self.identity.durable
        self._stop.set()
        if self._link is not None:
            await self._link.finish(forget=forget)
        self._scope.cancel()
        if self._running:
            await self.done.wait()
        if forget and self._remembered:
            await self._erase()
