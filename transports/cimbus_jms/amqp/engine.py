"""AMQP 1.0 without sockets: qpid-proton's engine as bytes in, bytes out, and calls to those who live on its links.

Rules: nothing here waits, and nothing knows an event loop. ``feed`` takes what came and calls the owners of the links
that it is about; ``take`` returns what is to be sent; ``tick`` keeps the idle timeouts of both sides (AMQP 1.0, 2.4.5).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from .ends import ACCEPTED, Fault, Inlet, InletOwner, Outlet, OutletOwner, Source, fault_of
from .native import Handle, cproton, ffi, lib, proton, symbols

CHUNK: Final = 64 * 1024
SELECTOR: Final = 0x0000_468C_0000_0004
"""The descriptor of a JMS selector (registered as ``apache.org:selector-filter:string``)."""
OUTCOMES: Final = ("amqp:accepted:list", "amqp:rejected:list", "amqp:released:list", "amqp:modified:list")


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection introduces itself; times are in seconds, sizes in bytes."""

    container: str
    host: str
    user: str | None = None
    password: str | None = None
    external: bool = False
    """TLS says who we are (SASL EXTERNAL)."""
    idle: float
    """After how long a silence a connection is given up."""
    max_frame: int = 256 * 1024


class Engine:
    """One connection.

    Attributes:
        opened: whether the other side has opened it.
        fault: why it is over; None while it is not.
        refused: user name or password are wrong.
        offered: what the other side can do.
    """

    def __init__(self, hello: Hello) -> None:
        self.opened = False
        self.fault: Fault | None = None
        self.refused = False
        self.offered: tuple[str, ...] = ()
        self._ends: dict[Any, Outlet | Inlet] = {}
        self._arrived: dict[Inlet, list[tuple[Handle, bytes]]] = {}
        self._buffer = ffi.new("char[]", CHUNK)
        self._collector = proton.Collector()
        self._connection = connection = proton.Connection()
        connection.collect(self._collector)
        connection.container = hello.container
        connection.hostname = hello.host
        self._transport = transport = proton.Transport()
        transport.idle_timeout = hello.idle
        transport.max_frame_size = hello.max_frame
        sasl = transport.sasl()
        sasl.allow_insecure_mechs = True  # proton does not see our TLS
        sasl.allowed_mechs(_mechanisms(hello))
        if hello.user is not None:
            connection.user = hello.user
            connection.password = hello.password or ""
        transport.bind(connection)
        self._raw = transport._impl  # noqa: SLF001
        self._events = self._collector._impl  # noqa: SLF001
        connection.open()
        self._session = connection.session()
        self._session.open()

    @property
    def settled(self) -> bool:
        """Whether it is known if the other side opens the connection."""
        return self.opened or self.fault is not None

    # -- links --------------------------------------------------------------------------------------------------------

    def outlet(self, name: str, owner: OutletOwner, *, coordinator: bool = False) -> Outlet:
        """Begin a link that sends: to the address that each message names, or to the coordinator of transactions."""
        link = self._session.sender(name)
        link.source.address = name
        link.source.outcomes.put_object(symbols(*OUTCOMES))
        if coordinator:
            link.target.type = proton.Terminus.COORDINATOR
            link.target.capabilities.put_object(symbols("amqp:local-transactions"))
        else:
            link.target.address = None  # the anonymous terminus
        end = Outlet(link, owner)
        self._begin(link, end)
        return end

    def inlet(self, name: str, source: Source, owner: InletOwner, *, credit: int) -> Inlet:
        """Begin a link that receives."""
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
        end = Inlet(link, owner)
        self._begin(link, end)
        end.flow(credit)
        return end

    def _begin(self, link: Any, end: Outlet | Inlet) -> None:
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

    def take(self, limit: int = 4 * CHUNK) -> bytes:
        """Return what is to be sent, at most about ``limit`` bytes of it; empty when there is nothing."""
        parts: list[bytes] = []
        size = 0
        while size < limit:
            pending = lib.pn_transport_pending(self._raw)
            if pending <= 0:
                break
            pending = min(pending, CHUNK)
            got = lib.pn_transport_peek(self._raw, self._buffer, pending)
            parts.append(ffi.unpack(self._buffer, got))
            lib.pn_transport_pop(self._raw, got)
            size += got
        self._look()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def tick(self, now: float) -> float:
        """Do what is due at ``now`` and return when to come again, in seconds of the same clock; 0: no need."""
        due: float = self._transport.tick(now)
        self._look()
        return due

    def close(self) -> None:
        """Say goodbye; the other side answers."""
        self._connection.close()

    # -- events -------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Handle what proton has seen."""
        events, arrived = self._events, self._arrived
        while (event := lib.pn_collector_peek(events)) != ffi.NULL:
            kind = lib.pn_event_type(event)
            if kind == _DELIVERY:
                self._delivery(lib.pn_event_delivery(event))
            elif kind == _LINK_FLOW:
                end = self._ends.get(lib.pn_event_link(event))
                if isinstance(end, Outlet):
                    end.owner.credited()
            elif (handler := _HANDLERS.get(kind)) is not None:
                handler(self, event)
            lib.pn_collector_pop(events)
        if arrived:
            self._arrived = {}
            for inlet, letters in arrived.items():
                inlet.owner.arrived(letters)

    def _delivery(self, handle: Handle) -> None:
        raw = lib.pn_delivery_link(handle)
        end = self._ends.get(raw)
        if isinstance(end, Inlet):
            if (letters := self._receive(raw)) and end.fault is None:
                self._arrived.setdefault(end, []).extend(letters)
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

    def _receive(self, raw: Any) -> list[tuple[Handle, bytes]]:
        """Take every message of a link that has come whole."""
        found: list[tuple[Handle, bytes]] = []
        while (handle := lib.pn_link_current(raw)) != ffi.NULL:
            if lib.pn_delivery_partial(handle) or not lib.pn_delivery_readable(handle):
                break
            if lib.pn_delivery_aborted(handle):
                lib.pn_delivery_settle(handle)
                continue
            size = lib.pn_delivery_pending(handle)
            buffer = self._buffer if size <= CHUNK else ffi.new("char[]", size)
            lib.pn_link_recv(raw, buffer, size)
            lib.pn_link_advance(raw)
            found.append((handle, ffi.unpack(buffer, size)))
        return found

    def _connection_opened(self, _event: Handle) -> None:
        self.opened = True
        self.offered = tuple(str(name) for name in self._connection.remote_offered_capabilities or ())

    def _connection_closed(self, _event: Handle) -> None:
        self._end(fault_of(self._connection.remote_condition) or Fault("", "the broker closed the connection"))

    def _session_closed(self, _event: Handle) -> None:
        self._end(fault_of(self._session.remote_condition) or Fault("", "the broker ended the session"))

    def _link_opened(self, event: Handle) -> None:
        if (end := self._ends.get(lib.pn_event_link(event))) is not None:
            end.remote_opened()

    def _link_closed(self, event: Handle) -> None:
        if (end := self._ends.pop(lib.pn_event_link(event), None)) is not None:
            end.remote_closed()

    def _transport_error(self, _event: Handle) -> None:
        fault = fault_of(self._transport.condition) or Fault("", "the connection is over")
        self._end(fault)

    def _end(self, fault: Fault) -> None:
        if self.fault is None:
            self.fault = fault
            self.refused = fault.condition == "amqp:unauthorized-access"


_DELIVERY: Final[int] = cproton.PN_DELIVERY
_LINK_FLOW: Final[int] = cproton.PN_LINK_FLOW
_HANDLERS: Final[dict[int, Any]] = {
    cproton.PN_CONNECTION_REMOTE_OPEN: Engine._connection_opened,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    cproton.PN_CONNECTION_REMOTE_CLOSE: Engine._connection_closed,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    cproton.PN_SESSION_REMOTE_CLOSE: Engine._session_closed,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    cproton.PN_LINK_REMOTE_OPEN: Engine._link_opened,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    cproton.PN_LINK_REMOTE_CLOSE: Engine._link_closed,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    cproton.PN_LINK_REMOTE_DETACH: Engine._link_closed,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    cproton.PN_TRANSPORT_ERROR: Engine._transport_error,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
}


def _mechanisms(hello: Hello) -> str:
    if hello.user is not None:
        return "PLAIN"
    return "EXTERNAL ANONYMOUS" if hello.external else "ANONYMOUS"
