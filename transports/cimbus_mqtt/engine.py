"""paho's protocol engine without its sockets and threads: bytes in, bytes and answers out.

paho writes and reads CONNECT with the will, CONNACK, SUBSCRIBE, SUBACK and DISCONNECT here, for one connection; for the
next one a new engine is made. **Every private name of paho that cimbus uses is in this file**, and ``PRIVATE`` lists
them for the contract test that fails when paho changes one: ``_create_socket`` is where paho would open a connection
(it gets a pipe in memory instead), and ``_sock_close`` is where it would close it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import msgspec
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from cimbus.middleware.net import ConnectionLostError, MalformedError

from .properties import write_varint

RETAINED, RETAINED_IF_NEW, NO_RETAINED = (
    SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE,
    SubscribeOptions.RETAIN_SEND_IF_NEW_SUB,
    SubscribeOptions.RETAIN_DO_NOT_SEND,
)
"""Retain Handling: are retained messages sent, only for a subscription that is new, or not at all (MQTT 5.0, 3.8.3.1).
MQTT 3.1.1 always sends them."""
PRIVATE: Final = ("_create_socket", "_sock_close", "_packet_queue", "_sock_recv", "_sock_send", "_in_packet")


class Will(msgspec.Struct, frozen=True):
    """What the broker publishes if the connection ends without a DISCONNECT (MQTT 5.0, 3.1.2.5)."""

    topic: str
    payload: bytes
    qos: int
    properties: bytes


class Connect(msgspec.Struct, frozen=True, kw_only=True):
    """The packet CONNECT (MQTT 5.0, 3.1); ``receive_maximum`` and the sizes are 5.0 only.

    >>> Connect(v5=True, client_id="meter-1", clean=True, keepalive=30)
    Connect('meter-1', v5=True, clean=True)
    """

    v5: bool
    client_id: str
    clean: bool
    keepalive: int
    session_expiry: int = 0
    receive_maximum: int = 65_535
    max_packet: int = 0
    user: str | None = None
    password: str | None = None
    will: Will | None = None

    def __repr__(self) -> str:
        return f"Connect({self.client_id!r}, v5={self.v5}, clean={self.clean})"


class ConnAck(msgspec.Struct, frozen=True, kw_only=True):
    """The packet CONNACK (MQTT 5.0, 3.2), with the standard's values for what it leaves out."""

    code: int
    reason: str
    session_present: bool = False
    receive_maximum: int = 65_535
    max_packet: int = 268_435_460
    max_qos: int = 2
    keepalive: int | None = None
    session_expiry: int | None = None
    retained: bool = True
    shared: bool = True


class Disconnect(msgspec.Struct, frozen=True):
    """The packet DISCONNECT, with which the broker ended the connection (MQTT 5.0, 3.14)."""

    code: int
    reason: str


class Pipe:
    """What paho uses in place of a socket."""

    def __init__(self) -> None:
        self.inward = bytearray()
        self.outward = bytearray()

    def recv(self, buffer_size: int) -> bytes:
        """Give paho what the broker sent."""
        if not self.inward:
            raise BlockingIOError
        data = bytes(self.inward[:buffer_size])
        del self.inward[:buffer_size]
        return data

    def send(self, buffer: bytes | bytearray) -> int:
        """Take what paho writes."""
        self.outward += buffer
        return len(buffer)

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def fileno(self) -> int:
        """Return -1: there is no file."""
        return -1

    def setblocking(self, flag: bool) -> None:
        """Do nothing: a pipe never blocks."""


class Packed:
    """Properties that are bytes already, with the method that paho calls of its own class."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def pack(self) -> bytes:
        """Return them with their length, as paho wants them."""
        return write_varint(len(self.data)) + self.data


class _Client(Client):
    """paho, connected to a pipe."""

    pipe: Pipe

    def _create_socket(self) -> Any:
        self.pipe = Pipe()
        return self.pipe


class Engine:
    """paho for one connection.

    Args:
        connect: what to begin with.

    Attributes:
        connack: the broker's answer; None before it came.
        disconnected: the broker's DISCONNECT; None before it came.
    """

    def __init__(self, connect: Connect) -> None:
        self.connack: ConnAck | None = None
        self.disconnected: Disconnect | None = None
        self.granted: dict[int, list[int]] = {}
        """The reason codes of each SUBACK, by packet identifier; at least 0x80 is a refusal."""
        self._v5 = connect.v5
        self._client = client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=connect.client_id,
            clean_session=None if connect.v5 else connect.clean,
            protocol=MQTTProtocolVersion.MQTTv5 if connect.v5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        if connect.user is not None or connect.password is not None:
            client.username_pw_set(connect.user or "", connect.password)
        if connect.will is not None:
            self._set_will(connect.will)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        if connect.v5:
            properties = _connect_properties(connect)
            client.connect("pipe", keepalive=connect.keepalive, clean_start=connect.clean, properties=properties)
        else:
            client.connect("pipe", keepalive=connect.keepalive)

    def _set_will(self, will: Will) -> None:
        self._client.will_set(will.topic, will.payload, will.qos)
        if self._v5 and will.properties:
            # will_set insists on paho's own class; what CONNECT needs of it is pack()
            self._client._will_properties = Packed(will.properties)  # type: ignore[assignment]  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]

    def take(self) -> bytes:
        """Return what paho wants written, once."""
        outward = self._client.pipe.outward
        data = bytes(outward)
        outward.clear()
        return data

    def feed(self, packet: bytes) -> None:
        """Give paho one whole packet.

        Raises:
            MalformedError: paho cannot read it.
        """
        self._client.pipe.inward += packet
        try:
            while self._client.pipe.inward:
                before = len(self._client.pipe.inward)
                self._client.loop_read()
                if len(self._client.pipe.inward) == before:
                    break
        except Exception as exc:  # what paho raises on malformed packets is not documented
            raise MalformedError(f"a packet of type {packet[0] >> 4} that cannot be read: {exc}") from exc

    def subscribe(self, filters: Sequence[str], qos: int, *, retain_handling: int = NO_RETAINED) -> int:
        """Write SUBSCRIBE and return its packet identifier."""
        # Retain As Published tells that a message without a payload clears a retained one (MQTT 5.0, 3.8.3.1, 3.3.1.3)
        options = SubscribeOptions(qos=qos, retainAsPublished=True, retainHandling=retain_handling)
        topics: Any = [(one, options if self._v5 else qos) for one in filters]
        _, packet_id = self._client.subscribe(topics)
        if packet_id is None:
            raise ConnectionLostError("paho wrote no SUBSCRIBE: its connection is over")
        return packet_id

    def disconnect(self, *, forget: bool = False) -> None:
        """Write DISCONNECT; ``forget``: the session ends with the connection, whatever its expiry was in CONNECT."""
        properties = None
        if forget and self._v5:
            properties = _properties(PacketTypes.DISCONNECT)
            properties.SessionExpiryInterval = 0
        self._client.disconnect(properties=properties)

    def _on_connect(self, _client: Any, _data: Any, flags: ConnectFlags, code: ReasonCode, properties: Any) -> None:
        found = cast("dict[str, Any]", vars(properties))
        self.connack = ConnAck(
            code=code.value,
            reason=f"{code}" + (f" ({found['ReasonString']})" if "ReasonString" in found else ""),
            session_present=bool(flags.session_present),
            receive_maximum=found.get("ReceiveMaximum", 65_535),
            max_packet=found.get("MaximumPacketSize", 268_435_460),
            max_qos=found.get("MaximumQoS", 2),
            keepalive=found.get("ServerKeepAlive"),
            session_expiry=found.get("SessionExpiryInterval"),
            retained=found.get("RetainAvailable", 1) == 1,
            shared=found.get("SharedSubscriptionAvailable", 1) == 1,
        )

    def _on_subscribe(self, _client: Any, _data: Any, packet_id: int, codes: list[ReasonCode], _more: Any) -> None:
        self.granted[packet_id] = [code.value for code in codes]

    def _on_disconnect(self, _client: Any, _data: Any, flags: DisconnectFlags, code: ReasonCode, _more: Any) -> None:
        if flags.is_disconnect_packet_from_server:
            self.disconnected = Disconnect(code.value, str(code))


def _properties(kind: int) -> Any:
    """Make an empty set of paho's properties, whose names are attributes that its class does not declare."""
    return Properties(kind)  # type: ignore[no-untyped-call]


def _connect_properties(connect: Connect) -> Any:
    properties = _properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = connect.session_expiry
    properties.ReceiveMaximum = min(connect.receive_maximum, 65_535)
    if connect.max_packet:
        properties.MaximumPacketSize = connect.max_packet
    return properties


def reason_name(kind: int, code: int) -> str:
    """Return the standard's name of a reason code in a packet of this type (MQTT 5.0, 2.4)."""
    try:
        return str(ReasonCode(kind, identifier=code))
    except (KeyError, ValueError, AssertionError):
        return f"reason code 0x{code:02X}"
