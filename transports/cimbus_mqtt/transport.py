"""``MqttTransport``: one connection for sending, one for each inbox.

Rules:

* A private inbox has a client id of its own and plain filters. A group that is not durable is a shared subscription
  (``$share/<group>/...``) under a random client id. A durable group is a session that the broker keeps under
  ``cimbus-<group>``: a group of one, unless ``?instance=NAME`` names this process among its members; then each member
  has a session ``cimbus-<group>-<instance>``, and the members share.
* How a shared subscription is spread is the broker's business: it does not keep the frames of one key together.
* MQTT 3.1.1 has no properties: a frame sent there arrives with what its topic says, and nothing else.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Self

import msgspec

from cimbus.errors import SendError, UsageError
from cimbus.frame import Frame
from cimbus.naming import MQTT_FAMILY, MQTT_NAMING, Naming
from cimbus.net import Connected, read_url, secure
from cimbus.transport import Intake, Traits, Transport

from .engine import Will
from .identity import LINGER, Identity, identity_of
from .incoming import MqttInbox
from .options import Options, random_id
from .outgoing import Sender
from .packets import Outgoing, write_publish
from .place import Place
from .properties import write_properties
from .session import Session

PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
ENVELOPE: Final = 256 * 1024
"""What a packet may hold besides the body: topic and properties."""
ADDRESSES: Final = 4_096


class MqttTransport(Connected[MqttInbox, Session]):
    """Frames over an MQTT broker.

    Args:
        url: ``mqtt://user:password@host:port/?option=value``, or ``mqtts://`` for TLS.
        tls: a context of one's own instead of the options ca, cert and key.
        will: what the broker publishes if this process is gone without closing the transport.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.
    """

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None, will: Frame | None = None) -> None:
        address, options = read_url(url, PORTS, Options)
        if address.path.strip("/"):
            raise UsageError(f"an MQTT URL has no path: {address.path!r}; topics are written by ?template=")
        super().__init__(address)
        self.options = options
        self._naming = _naming(options.template)
        self._will = will
        self._place = Place(address, options, secure(address, options, tls, ("mqtts",)))
        self._traits = Traits(
            durable=options.qos > 0,
            persistent=options.qos > 0,
            groups=True,
            keyed_groups=False,  # $share is spread as the broker likes (MQTT 5.0, 4.8.2)
            redelivers=True,
            counts_attempts=False,
            multi_process=True,
            max_body=options.max_packet - ENVELOPE,
        )
        self._sender = Sender(options.window, options.qos)
        self._addresses: dict[object, bytes] = {}
        if will is not None:
            self._last_words(will)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from its URL; nothing is connected yet.

        Raises:
            UsageError: the URL has an unknown option or an impossible value; the message lists the options.
        """
        return cls(url)

    @property
    def traits(self) -> Traits:
        """What MQTT can do at this QoS, in the version that is spoken."""
        return msgspec.structs.replace(self._traits, properties=self._place.v5)

    @property
    def naming(self) -> Naming:
        """How topics are written on this middleware."""
        return self._naming

    def _begin(self) -> tuple[Sender, Session]:
        self._sender = Sender(self.options.window, self.options.qos)
        will = None if self._will is None else self._last_words(self._will)
        identity = Identity(client_id=random_id(), keep=LINGER, will=will)
        return self._sender, Session(self._place, identity, self._sender, patient=False)

    # -- sending --------------------------------------------------------------------------------------------------

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the broker has them, with one entry per frame: None, or why it was refused.

        Raises:
            ClosedError: the transport is not open.
        """
        self._check_open()
        if not frames:
            return []
        return await self._sender.send([self._packet(frame) for frame in frames])

    def _packet(self, frame: Frame) -> Outgoing | SendError:
        """Write a frame as a PUBLISH, or say why that cannot be."""
        try:
            topic = self._address(frame)
            properties = write_properties(frame.properties) if self._place.v5 else None
            packet = write_publish(topic, frame.body, self.options.qos, properties)
        except ValueError as exc:
            return SendError(str(exc))
        if len(frame.body) > self._traits.max_body or packet.size > self.options.max_packet:
            return SendError(f"a packet of {packet.size} bytes; the option max_packet is {self.options.max_packet}")
        return packet

    def _address(self, frame: Frame) -> bytes:
        """Return the topic name to publish to.

        Raises:
            ValueError: there is none.
        """
        if frame.address is not None:
            address = frame.address.removeprefix("topic:")
            if address.startswith("queue:"):
                raise ValueError(f"MQTT has no queues: {frame.address!r}")
            if not address or any(letter in address for letter in "+#\0"):
                raise ValueError(f"not a topic that can be published to: {frame.address!r}")
            return address.encode()
        known = self._addresses.get(frame.topic)
        if known is None:
            if len(self._addresses) >= ADDRESSES:
                self._addresses.clear()
            known = self._addresses[frame.topic] = self._naming.address(frame.topic).encode()
        return known

    def _last_words(self, frame: Frame) -> Will:
        packet = self._packet(frame)
        if isinstance(packet, SendError):
            raise UsageError(f"the will cannot be sent: {packet}")
        if len(frame.body) > 0xFFFF:
            raise UsageError("the will's body is longer than 65535 bytes (MQTT 5.0, 3.1.3.4)")
        return Will(self._address(frame).decode(), frame.body, self.options.qos, write_properties(frame.properties))

    # -- listening ------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def listen(self, intake: Intake) -> AsyncGenerator[MqttInbox]:
        """Return the block in which an inbox for ``intake`` is open.

        Raises:
            ClosedError: the transport is not open.
            ConnectError: the broker refuses us, or a subscription (the message names it).
            UsageError: this transport listens for that durable group already.
            UnsupportedError: durable, at QoS 0.
        """
        self._check_open()
        inbox = MqttInbox(intake, self._naming, ring=self.options.backlog)
        session = Session(self._place, self._identity(intake), inbox, patient=True, witness=self._sending)
        async with self._listen(inbox, session):
            yield inbox

    def _identity(self, intake: Intake) -> Identity:
        identity = identity_of(intake, self._naming, self.options)
        if any(session.identity.client_id == identity.client_id for session in self._listening.values()):
            raise UsageError(f"this transport listens for the durable group {intake.group!r} already")
        return identity


def _naming(template: str) -> Naming:
    if not template:
        return MQTT_NAMING
    try:
        return Naming(template, MQTT_FAMILY)
    except ValueError as exc:
        raise UsageError(f"the option template: {exc}") from exc


if TYPE_CHECKING:
    _: type[Transport] = MqttTransport
