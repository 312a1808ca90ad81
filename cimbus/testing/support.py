"""What the parts of the transport contract share: frames with topics of their own, and bounded waiting.

Rules: no test waits longer than ``patience``, and none sleeps to give others time. That nothing comes is shown by
something sent later that does come, wherever an order is promised.
"""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import functools
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

import anyio
import pytest

from cimbus.errors import UnsupportedError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, SubscriptionSpec, Transport

from .proxy import FaultProxy

NOUN = "EndDeviceEvents"


class ContractSupport:
    """The subclass says how a transport is made; the parts say what it must do."""

    patience: float = 60.0
    """Seconds after which a test has failed: a broker that restarts on a busy machine takes many."""
    tries: int = 1
    """How often a test may take longer than ``patience``: more than once only for brokers that are known to lose
    messages by themselves."""
    can_restart: bool = False
    """Whether ``restart_broker`` is implemented."""
    proxy: FaultProxy | None = None
    """The proxy through which ``transport`` reaches its broker, if there is one."""

    def transport(self) -> Transport:
        """Make a transport, not open yet, on the same broker each time."""
        raise NotImplementedError

    async def restart_broker(self) -> None:
        """Kill the broker and start it again; return when it can be reached."""
        raise NotImplementedError

    @property
    def can_cut(self) -> bool:
        """Whether ``cut`` is implemented."""
        return self.proxy is not None

    async def cut(self) -> None:
        """Cut every connection to the broker, which keeps running."""
        self.way().cut()

    def frugal_transport(self) -> Transport:
        """Make a transport whose consumers keep no more than 8 MB, if that takes options of its own."""
        return self.transport()

    def committed_transport(self) -> Transport:
        """Make a transport whose consumers receive only what was committed, if that takes an option of its own."""
        return self.transport()

    # -- for the tests --------------------------------------------------------------------------------------------

    def way(self) -> FaultProxy:
        """Return the proxy, or skip the test."""
        if self.proxy is None:
            pytest.skip("no proxy")
        return self.proxy

    @functools.cached_property
    def context(self) -> str:
        """The first level of this test's topics."""
        return f"test{uuid.uuid4().hex[:12]}"

    def frame(
        self, key: str = "k", body: bytes = b"", *, noun: str = NOUN, verb: str = "created", **more: str
    ) -> Frame:
        """Make a frame as a bus would: with the routing fields mirrored in its properties."""
        topic = Topic(self.context, "events", noun, verb, key)
        properties = {"Context": self.context, "Noun": noun, "Verb": verb, "Key": key, **more}
        return Frame(topic=topic, body=body, properties=properties)

    def frames(self, count: int, key: str = "k") -> list[Frame]:
        """Make frames whose bodies count from 0."""
        return [self.frame(key, b"%d" % number) for number in range(count)]

    def spec(self, group: str = "", *, durable: bool = False, credit: int = 256, noun: str = NOUN) -> SubscriptionSpec:
        """Make a subscription of this test's topics."""
        pattern = Pattern(context=self.context, kind="events", noun=noun)
        name = f"{group}-{self.context}" if group else ""
        return SubscriptionSpec(patterns=(pattern,), group=name, durable=durable, credit=credit)

    async def needs(self, *names: str) -> None:
        """Skip the test if the transport does not promise this; a group it does not promise must be refused."""
        transport = self.transport()
        missing = [name for name in names if not getattr(transport.traits, name)]
        if "groups" in missing or "durable" in missing:
            spec = self.spec("refused", durable="durable" in missing)
            async with transport:
                with pytest.raises(UnsupportedError):
                    async with transport.listen(spec):
                        pass
        if missing:
            pytest.skip(f"not promised: {', '.join(missing)}")


S = TypeVar("S", bound=ContractSupport)


def promise(test: Callable[[S], Awaitable[None]]) -> Callable[[S], Coroutine[Any, Any, None]]:
    """Mark an asynchronous test and bound it in time."""

    @functools.wraps(test)
    async def bounded(self: S) -> None:
        for _ in range(self.tries - 1):
            with anyio.move_on_after(self.patience) as scope:
                await test(self)
            if not scope.cancelled_caught:
                return
            self.__dict__.pop("context", None)  # the next try has topics of its own
        with anyio.fail_after(self.patience):
            await test(self)

    return pytest.mark.anyio(bounded)


async def sent(transport: Transport, frames: Iterable[Frame]) -> None:
    """Send, and insist that every frame was taken."""
    frames = list(frames)
    assert await transport.send(frames) == [None] * len(frames)


async def collect(consumer: Consumer, count: int, *, accept: bool = True) -> list[Delivery[Frame]]:
    """Receive until there are ``count`` deliveries."""
    found: list[Delivery[Frame]] = []
    while len(found) < count:
        batch = await consumer.receive()
        assert batch, "receive returned an empty batch"
        found += batch
        if accept:
            for delivery in batch:
                delivery.accept()
    return found


def bodies(deliveries: Iterable[Delivery[Frame]]) -> list[bytes]:
    """Return what was delivered, in order."""
    return [delivery.value.body for delivery in deliveries]


def numbers(count: int) -> list[bytes]:
    """Return the bodies of ``ContractSupport.frames``."""
    return [b"%d" % number for number in range(count)]
