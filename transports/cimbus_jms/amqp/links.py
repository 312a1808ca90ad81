"""Links: one that sends (``SenderLink``), one that receives (``ReceiverLink``), and the owner of each.

``OpenOptions`` and ``Source`` are what the frames ``open`` and ``attach`` say. Rules: a delivery is an opaque handle,
valid until it is settled or its connection ends; the owner forgets it then. Nothing here waits; what is called here is
sent with the next bytes of the ``ProtonEngine``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import msgspec

from .proton_names import Handle, cproton, ffi, lib, proton

ACCEPTED: Final = 0x24
REJECTED: Final = 0x25
RELEASED: Final = 0x26
MODIFIED: Final = 0x27
DECLARED: Final = 0x33
TRANSACTIONAL: Final = 0x34
"""The descriptors of delivery states (3.4 and 4.5.7)."""


class OpenOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection introduces itself (2.7.1 and 5.3); times are in seconds, sizes in bytes.

    >>> OpenOptions(container="meter-gateway", host="broker", idle=60, user="ana", password="secret").mechanisms
    'PLAIN'
    """

    container: str
    host: str
    user: str | None = None
    password: str | None = None
    external: bool = False
    """The TLS certificate is the login (SASL EXTERNAL)."""
    idle: float
    """After which silence a connection is given up."""
    max_frame: int = 256 * 1024
    """The largest frame taken: a large message comes in several, and no single one blocks the connection for long."""

    def __repr__(self) -> str:
        return f"OpenOptions({self.container!r}, {self.host!r}, user={self.user!r})"

    @property
    def mechanisms(self) -> str:
        """The SASL mechanisms that fit, the preferred one first."""
        if self.user is not None:
            return "PLAIN"
        return "EXTERNAL ANONYMOUS" if self.external else "ANONYMOUS"


class ErrorCondition(msgspec.Struct, frozen=True):
    """Why something ended or was refused (2.8.14): a symbol such as ``amqp:not-found``, and a text."""

    condition: str
    description: str = ""

    def __str__(self) -> str:
        return f"{self.description} ({self.condition})" if self.description else self.condition


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiving link is attached to (3.5.3)."""

    address: str
    capabilities: tuple[str, ...] = ()
    durable: bool = False
    """It outlives its link and our connection; closing the link, instead of detaching it, ends it."""
    selector: str = ""
    max_message: int = 0
    """Of a message with more bytes, what comes behind them is dropped; 0: without limit."""
    tells_limit: bool = True
    """The broker learns the limit (max-message-size, 2.7.3)."""


class SenderLinkOwner(Protocol):
    """The user of a sending link."""

    def credited(self) -> None:
        """Note that there may be credit again."""
        ...

    def answered(self, handle: Handle, state: int, fault: ErrorCondition | None, data: Sequence[Any]) -> None:
        """Take the outcome of a message, which the broker settled; the handle is void after this."""
        ...


class ReceiverLinkOwner(Protocol):
    """The user of a receiving link."""

    def arrived(self, messages: Sequence[tuple[Handle, bytes]]) -> None:
        """Take messages that are complete; those above the link's limit are cut, and still longer than that."""
        ...


class LinkEndpoint:
    """What both kinds of links share.

    Attributes:
        attached: whether the broker has its end, too.
        ending: whether we have ended it.
        fault: why the broker ended it (perhaps in answer to us); None while it has not.
    """

    def __init__(self, link: Any) -> None:
        self.attached = self.ending = False
        self.fault: ErrorCondition | None = None
        self.name: str = link.name
        self._link = link
        self._raw = link._impl  # noqa: SLF001

    @property
    def credit(self) -> int:
        """How many messages may still be sent."""
        found: int = lib.pn_link_credit(self._raw)
        return found

    @property
    def max_message(self) -> int:
        """The largest message that the broker takes, in bytes (max-message-size, 2.7.3); 0: it sets no limit."""
        found: int = self._link.remote_max_message_size
        return found

    def remote_opened(self) -> None:
        """Note that the broker has its end; a refusal is one without a terminus, which is ended at once (2.6.3)."""
        link = self._link
        remote = link.remote_source if link.is_receiver else link.remote_target
        self.attached = remote.type != proton.Terminus.UNSPECIFIED

    def remote_closed(self) -> None:
        """Note that the broker has ended the link."""
        self.attached = False
        self.fault = fault_of(self._link.remote_condition) or ErrorCondition("", "the broker ended the link")

    def detach(self) -> None:
        """End this link; a durable subscription at the broker stays."""
        self.ending = True
        self._link.detach()

    def close(self) -> None:
        """End this link and the subscription that it stands for."""
        self.ending = True
        self._link.close()


class SenderLink(LinkEndpoint):
    """A link that sends."""

    def __init__(self, link: Any, owner: SenderLinkOwner) -> None:
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


class ReceiverLink(LinkEndpoint):
    """A link that receives.

    Attributes:
        limit: the source's max_message.
        beginning: of the message that is coming, if it is larger than that.
    """

    def __init__(self, link: Any, owner: ReceiverLinkOwner, limit: int) -> None:
        super().__init__(link)
        self.owner = owner
        self.limit = limit
        self.beginning = b""

    def flow(self, count: int) -> None:
        """Let the broker send so many more messages."""
        lib.pn_link_flow(self._raw, count)

    def settle(self, handle: Handle, state: int, *, transaction: bytes | None = None) -> None:
        """Settle a message with an outcome, within a transaction if there is one; the handle is void after this."""
        if transaction is not None:
            delivery = proton.Delivery.wrap(handle)
            delivery.local.data = [transaction, proton.Described(proton.ulong(state), [])]
            delivery.update(TRANSACTIONAL)
            lib.pn_delivery_settle(handle)
            return
        lib.pn_delivery_update(handle, state)
        lib.pn_delivery_settle(handle)

    def release(self, handle: Handle, *, count: bool) -> None:
        """Return a message to the broker; ``count``: as a delivery that failed (3.4.5)."""
        if count:
            lib.pn_disposition_set_failed(lib.pn_delivery_local(handle), True)
            self.settle(handle, MODIFIED)
        else:
            self.settle(handle, RELEASED)


def fault_of(condition: Any) -> ErrorCondition | None:
    """Return a condition of proton's as ours."""
    return None if condition is None else ErrorCondition(str(condition.name), str(condition.description or ""))
