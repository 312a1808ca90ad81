"""AMQP 1.0 without sockets: qpid-proton's engine as bytes in, bytes out, and calls to the owners of its links.

Rules: nothing here waits or knows an event loop. ``feed`` takes what came and calls the owners of the links that it is
about; ``take`` returns what is to be sent; ``tick`` keeps the idle timeouts of both sides (AMQP 1.0, 2.4.5).
"""
# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import Any, Final

from .links import (
    ACCEPTED,
    ErrorCondition,
    OpenOptions,
    ReceiverLink,
    ReceiverLinkOwner,
    SenderLink,
    SenderLinkOwner,
    Source,
    fault_of,
)
from .proton_names import Handle, cproton, ffi, lib, proton, symbols

BUFFER_SIZE: Final = 64 * 1024
"""How many bytes are taken out of proton at once, and the largest message that needs no buffer of its own."""
SELECTOR: Final = 0x0000_468C_0000_0004
"""The descriptor of a JMS selector (registered as ``apache.org:selector-filter:string``)."""
OUTCOMES: Final = ("amqp:accepted:list", "amqp:rejected:list", "amqp:released:list", "amqp:modified:list")
"""All that a delivery can have (3.4); a broker may return only those that the source lists (3.5.3)."""


class ProtonEngine:
    """One connection.

    Args:
        options: how it introduces itself.

    Attributes:
        opened: whether the broker has opened it, too.
        fault: why it is over; None while it is not.
        refused: whether user name or password are wrong.
        offered: the capabilities that the broker offers.
    """

    def __init__(self, options: OpenOptions) -> None:
        self.opened = False
        self.fault: ErrorCondition | None = None
        self.refused = False
        self.offered: tuple[str, ...] = ()
        self._ends: dict[Any, SenderLink | ReceiverLink] = {}
        self._arrived: dict[ReceiverLink, list[tuple[Handle, bytes]]] = {}
        self._buffer = ffi.new("char[]", BUFFER_SIZE)
        self._collector = proton.Collector()
        self._connection = connection = proton.Connection()
        connection.collect(self._collector)
        connection.container = options.container
        connection.hostname = options.host
        self._transport = transport = proton.Transport()
        transport.idle_timeout = options.idle
        transport.max_frame_size = options.max_frame
        sasl = transport.sasl()
        sasl.allow_insecure_mechs = True  # TLS is below proton here, so that it believes the stream is in the clear
        sasl.allowed_mechs(options.mechanisms)
        if options.user is not None:
            connection.user = options.user
            connection.password = options.password or ""
        transport.bind(connection)
        self._raw = transport._impl  # noqa: SLF001
        self._events = self._collector._impl  # noqa: SLF001
        connection.open()
        self._session = connection.session()
        self._session.open()

    @property
    def settled(self) -> bool:
        """Whether it is known if the broker opens the connection."""
        return self.opened or self.fault is not None

    # -- links --------------------------------------------------------------------------------------------------------

    def sender_link(self, name: str, owner: SenderLinkOwner, *, coordinator: bool = False) -> SenderLink:
        """Begin a link that sends: to the address that each message names, or to the transaction coordinator (4.2)."""
        link = self._session.sender(name)
        link.source.address = name
        link.source.outcomes.put_object(symbols(*OUTCOMES))
        if coordinator:
            link.target.type = proton.Terminus.COORDINATOR
            link.target.capabilities.put_object(symbols("amqp:local-transactions"))
        else:
            link.target.address = None  # the anonymous terminus
        end = SenderLink(link, owner)
        self._begin(link, end)
        return end

    def receiver_link(self, name: str, source: Source, owner: ReceiverLinkOwner, *, credit: int) -> ReceiverLink:
        """Begin a link that receives, with credit for so many messages."""
        link = self._session.receiver(name)
        terminus = link.source
        terminus.address = source.address
        if source.durable:
            terminus.durability = proton.Terminus.DELIVERIES
            terminus.expiry_policy = proton.Terminus.EXPIRE_NEVER
        else:
            terminus.expiry_policy = proton.Terminus.EXPIRE_WITH_LINK
        if source.capabilities:
            terminus.capabilities.put_object(symbols(*source.capabilities))
        terminus.outcomes.put_object(symbols(*OUTCOMES))
        if source.selector:
            described = proton.Described(proton.ulong(SELECTOR), source.selector)
            terminus.filter.put_object({proton.symbol("apache.org:selector-filter:string"): described})
        link.target.address = name
        link.max_message_size = source.max_message if source.tells_limit else 0
        end = ReceiverLink(link, owner, source.max_message)
        self._begin(link, end)
        end.flow(credit)
        return end

    def _begin(self, link: Any, end: SenderLink | ReceiverLink) -> None:
        self._ends[link._impl] = end  # noqa: SLF001
        link.open()

    # -- bytes --------------------------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> None:
        """Take what came, and call the owners of links that it is about."""
        view = memoryview(data)
        while view:
            taken = lib.pn_transport_push(self._raw, ffi.from_buffer(view), len(view))
            self._look()
            if taken <= 0:
                break
            view = view[taken:]

    def take(self, limit: int = 4 * BUFFER_SIZE) -> bytes:
        """Return what is to be sent, at most about ``limit`` bytes of it; empty if there is nothing."""
        parts: list[bytes] = []
        size = 0
        while size < limit:
            pending = lib.pn_transport_pending(self._raw)
            if pending <= 0:
                break
            got = lib.pn_transport_peek(self._raw, self._buffer, min(pending, BUFFER_SIZE))
            parts.append(ffi.unpack(self._buffer, got))
            lib.pn_transport_pop(self._raw, got)
            size += got
        self._look()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def tick(self, now: float) -> float:
        """Do what is due at ``now`` and return when to call again, in seconds of the same clock; 0: never."""
        due: float = self._transport.tick(now)
        self._look()
        return due

    def close(self) -> None:
        """Write ``close``; the broker answers."""
        self._connection.close()

    # -- events -------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Handle the events that proton has collected."""
        events, arrived = self._events, self._arrived
        while (event := lib.pn_collector_peek(events)) != ffi.NULL:
            kind = lib.pn_event_type(event)
            if kind == _DELIVERY:
                self._delivery(lib.pn_event_delivery(event))
            elif kind == _LINK_FLOW:
                end = self._ends.get(lib.pn_event_link(event))
                if isinstance(end, SenderLink):
                    end.owner.credited()
            elif (handler := _HANDLERS.get(kind)) is not None:
                handler(self, event)
            lib.pn_collector_pop(events)
        if arrived:
            self._arrived = {}
            for link, messages in arrived.items():
                link.owner.arrived(messages)

    def _delivery(self, handle: Handle) -> None:
        raw = lib.pn_delivery_link(handle)
        end = self._ends.get(raw)
        if isinstance(end, ReceiverLink):
            if (messages := self._receive(raw, end)) and end.fault is None:
                self._arrived.setdefault(end, []).extend(messages)
        elif end is not None and lib.pn_delivery_updated(handle):
            state = lib.pn_delivery_remote_state(handle)
            if not state and not lib.pn_delivery_settled(handle):
                return
            if state == ACCEPTED:
                end.owner.answered(handle, state, None, ())
            else:
                remote = proton.Delivery.wrap(handle).remote
                end.owner.answered(handle, state, fault_of(remote.condition), remote.data or ())
            lib.pn_delivery_settle(handle)

    def _receive(self, raw: Any, link: ReceiverLink) -> list[tuple[Handle, bytes]]:
        """Take every message of a link that is complete; of one that is too large, what came first."""
        found: list[tuple[Handle, bytes]] = []
        while (handle := lib.pn_link_current(raw)) != ffi.NULL:
            partial, size = lib.pn_delivery_partial(handle), lib.pn_delivery_pending(handle)
            if (partial and not link.beginning and not 0 < link.limit < size) or not lib.pn_delivery_readable(handle):
                break
            if lib.pn_delivery_aborted(handle):
                lib.pn_delivery_settle(handle)
                link.beginning = b""
                continue
            buffer = self._buffer if size <= BUFFER_SIZE else ffi.new("char[]", size)
            lib.pn_link_recv(raw, buffer, size)
            if partial:
                link.beginning = link.beginning or ffi.unpack(buffer, size)
                break
            lib.pn_link_advance(raw)
            found.append((handle, link.beginning or ffi.unpack(buffer, size)))
            link.beginning = b""
        return found

    def _connection_opened(self, _event: Handle) -> None:
        self.opened = True
        self.offered = tuple(str(name) for name in self._connection.remote_offered_capabilities or ())

    def _connection_closed(self, _event: Handle) -> None:
        self._end(fault_of(self._connection.remote_condition) or ErrorCondition("", "the broker closed the connection"))

    def _session_closed(self, _event: Handle) -> None:
        self._end(fault_of(self._session.remote_condition) or ErrorCondition("", "the broker ended the session"))

    def _link_opened(self, event: Handle) -> None:
        if (end := self._ends.get(lib.pn_event_link(event))) is not None:
            end.remote_opened()

    def _link_closed(self, event: Handle) -> None:
        if (end := self._ends.pop(lib.pn_event_link(event), None)) is not None:
            end.remote_closed()

    def _transport_error(self, _event: Handle) -> None:
        self._end(fault_of(self._transport.condition) or ErrorCondition("", "the connection is over"))

    def _end(self, fault: ErrorCondition) -> None:
        if self.fault is None:
            self.fault = fault
            self.refused = fault.condition == "amqp:unauthorized-access"


_DELIVERY: Final[int] = cproton.PN_DELIVERY
_LINK_FLOW: Final[int] = cproton.PN_LINK_FLOW
_HANDLERS: Final[dict[int, Any]] = {
    cproton.PN_CONNECTION_REMOTE_OPEN: ProtonEngine._connection_opened,  # noqa: SLF001
    cproton.PN_CONNECTION_REMOTE_CLOSE: ProtonEngine._connection_closed,  # noqa: SLF001
    cproton.PN_SESSION_REMOTE_CLOSE: ProtonEngine._session_closed,  # noqa: SLF001
    cproton.PN_LINK_REMOTE_OPEN: ProtonEngine._link_opened,  # noqa: SLF001
    cproton.PN_LINK_REMOTE_CLOSE: ProtonEngine._link_closed,  # noqa: SLF001
    cproton.PN_LINK_REMOTE_DETACH: ProtonEngine._link_closed,  # noqa: SLF001
    cproton.PN_TRANSPORT_ERROR: ProtonEngine._transport_error,  # noqa: SLF001
}
