"""The ends of links: what sends (``Outlet``) and what receives (``Inlet``), each with its owner.

Rules: a delivery is an opaque handle, good until it is settled or its connection ends, whichever comes first; who keeps
handles longer forgets them then. Nothing here waits; what is said here leaves with the next bytes of the ``Engine``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import msgspec

from .native import Handle, cproton, ffi, lib, proton

ACCEPTED: Final = 0x24
REJECTED: Final = 0x25
RELEASED: Final = 0x26
MODIFIED: Final = 0x27
DECLARED: Final = 0x33
TRANSACTIONAL: Final = 0x34


class Fault(msgspec.Struct, frozen=True):
    """Why something ended or was refused (2.8.14)."""

    condition: str
    description: str = ""

    def __str__(self) -> str:
        return f"{self.description} ({self.condition})" if self.description else self.condition


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What an inlet hears (3.5.3)."""

    address: str
    capabilities: tuple[str, ...] = ()
    durable: bool = False
    """It outlives its link and our connection; closing the link, in place of detaching it, ends it."""
    selector: str = ""


class OutletOwner(Protocol):
    """Who sends on a link."""

    def credited(self) -> None:
        """Note that there may be credit again."""
        ...

    def answered(self, handle: Handle, state: int, fault: Fault | None, data: Sequence[Any]) -> None:
        """Take what the other side says of a message and settled; the handle is void after this."""
        ...


class InletOwner(Protocol):
    """Who receives on a link."""

    def arrived(self, letters: Sequence[tuple[Handle, bytes]]) -> None:
        """Take messages that have come whole."""
        ...


class End:
    """One end of a link.

    Attributes:
        attached: whether the other side has its end, too.
        ending: whether we have ended it.
        fault: why the other side ended it (perhaps in answer to us); None while it has not.
    """

    def __init__(self, link: Any) -> None:
        self.attached = self.ending = False
        self.fault: Fault | None = None
        self.name: str = link.name
        self._link = link
        self._raw = link._impl  # noqa: SLF001

    @property
    def credit(self) -> int:
        """How many messages may still go this way."""
        found: int = lib.pn_link_credit(self._raw)
        return found

    @property
    def max_message(self) -> int:
        """The largest message that the other side takes; 0: it says nothing."""
        found: int = self._link.remote_max_message_size
        return found

    def remote_opened(self) -> None:
        """Note that the other side has its end; a refusal is one without a terminus, ended at once (2.6.3)."""
        link = self._link
        remote = link.remote_source if link.is_receiver else link.remote_target
        self.attached = remote.type != proton.Terminus.UNSPECIFIED

    def remote_closed(self) -> None:
        """Note that the other side has ended the link."""
        self.attached = False
        self.fault = fault_of(self._link.remote_condition) or Fault("", "the broker ended the link")

    def detach(self) -> None:
        """End this link; what it stands for at the other side may stay."""
        self.ending = True
        self._link.detach()

    def close(self) -> None:
        """End this link and what it stands for."""
        self.ending = True
        self._link.close()


class Outlet(End):
    """The end of a link that sends."""

    def __init__(self, link: Any, owner: OutletOwner) -> None:
        super().__init__(link)
        self.owner = owner
        self._tag = 0

    def send(self, data: bytes, *, transaction: bytes | None = None) -> Handle:
        """Send one message and return its handle; there must be credit for it."""
        self._tag = tag = self._tag + 1
        handle = cproton.pn_delivery(self._raw, tag.to_bytes(4, "big"))
        if transaction is not None:
            delivery = proton.Delivery.wrap(handle)
            delivery.local.data = [transaction]
            delivery.update(TRANSACTIONAL)
        lib.pn_link_send(self._raw, ffi.from_buffer(data), len(data))
        lib.pn_link_advance(self._raw)
        return handle


class Inlet(End):
    """The end of a link that receives."""

    def __init__(self, link: Any, owner: InletOwner) -> None:
        super().__init__(link)
        self.owner = owner

    def flow(self, count: int) -> None:
        """Let the other side send so many more."""
        lib.pn_link_flow(self._raw, count)

    def settle(self, handle: Handle, state: int, *, transaction: bytes | None = None) -> None:
        """Say what became of a message, within a transaction if there is one: the handle is void after this."""
        if transaction is not None:
            delivery = proton.Delivery.wrap(handle)
            delivery.local.data = [transaction, proton.Described(proton.ulong(state), [])]
            delivery.update(TRANSACTIONAL)
            lib.pn_delivery_settle(handle)
            return
        lib.pn_delivery_update(handle, state)
        lib.pn_delivery_settle(handle)

    def give_back(self, handle: Handle, *, count: bool) -> None:
        """Give a message back; ``count``: as a delivery that failed (3.4.5)."""
        if count:
            lib.pn_disposition_set_failed(lib.pn_delivery_local(handle), True)
            self.settle(handle, MODIFIED)
        else:
            self.settle(handle, RELEASED)


def fault_of(condition: Any) -> Fault | None:
    """Return a condition of proton's as a fault."""
    return None if condition is None else Fault(str(condition.name), str(condition.description or ""))
