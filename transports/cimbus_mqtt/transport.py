"""``MqttTransport``: one connection for sending, one for each consumer.

Rules:

* A private consumer has a client id of its own and plain filters. A group that is not durable is a shared subscription
  (``$share/<group>-<digest>/...``, the digest being that of its patterns) under a random client id. A durable group is
  a session that the broker keeps under ``cimbus-<group>-<digest>``: a group of one member, unless ``?instance=NAME``
  names this process among several; then each has a session ``cimbus-<group>-<digest>-<instance>``, and they share. A
  session has its subscriptions (MQTT 5.0, 4.1), but Mosquitto 2.0.11 does not save shared ones: after its restart, what
  is published before the member is back is lost. So such a group is not promised to be persistent, and a warning is
  logged.
* The broker decides how a shared subscription is spread: it does not keep the frames of one key together.
* MQTT 3.1.1 has no properties: a frame sent there arrives with the properties that its topic tells, and no others.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from cimbus.errors import MessageTooLargeError, SendError, UsageError
from cimbus.middleware.doctor import Doctor, Finding
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ConnectedTransport
from cimbus.middleware.transport import SubscriptionSpec, Traits, Transport

from .broker_version import broker_version, share_warning
from .consumer import MqttConsumer
from .doctor import examine
from .engine import Will
from .options import MqttOptions, random_id
from .packets import OutgoingPublish, write_publish
from .properties import write_properties
from .sender import MqttSender
from .session import MqttEndpoint, MqttSession, log
from .subscription import MQTT_NAMING, RECONNECT_EXPIRY, Identity, identity_of

ENVELOPE: Final = 256 * 1024
"""What is kept free in a packet for topic and properties, in bytes: two strings of MQTT's largest size (65 535), and a
hundred properties of usual size."""
MAX_WILL: Final = 0xFFFF
"""The longest Will Payload: Binary Data has a length of two octets (MQTT 5.0, 3.1.3.4 and 1.5.6)."""


class MqttTransport(ConnectedTransport[MqttConsumer, MqttSession, OutgoingPublish, MqttOptions]):
    """Frames over an MQTT broker.

    Args:
        url: ``mqtt://user:password@host:port/?option=value``, or ``mqtts://`` for TLS; the options are ``MqttOptions``.
        tls: a context of one's own instead of the options ca, cert and key.
        will: what the broker publishes if this process ends without closing the transport (MQTT 5.0, 3.1.2.5).

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.

    >>> MqttTransport("mqtt://localhost/?qos=0").traits.durable
    False

    ::

        async with MqttTransport("mqtt://localhost") as transport, transport.listen(spec) as consumer:
            for delivery in await consumer.receive():
                async with delivery as frame:  # accepted at the end, released if this raises
                    ...
    """

    ports = {"mqtt": 1883, "mqtts": 8883}
    options_type = MqttOptions
    broker = "MQTT"
    default_naming = MQTT_NAMING

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None, will: Frame | None = None) -> None:
        super().__init__(url, tls=tls)
        options = self.options
        self._endpoint = MqttEndpoint(self._address, options, self._tls)
        self._traits = Traits(
            durable=options.qos > 0,
            persistent=options.qos > 0 and not options.instance,  # not every broker saves shared subscriptions
            groups=True,
            keyed_groups=False,  # how $share is spread is the broker's choice (MQTT 5.0, 4.8.2)
            redelivers=True,
            counts_attempts=False,
            multi_process=True,
            max_body=options.max_packet - ENVELOPE,
            retained=True,
        )
        self._will = will
        self._warned = False
        """Whether it was said that shared subscriptions may be lost."""
        if will is not None:
            self._will_of(will)

    @property
    def traits(self) -> Traits:
        """What MQTT can do at this QoS, in the version that is spoken."""
        v5 = self._endpoint.v5
        # in PUBACK; of QoS 2, Mosquitto knows it only after PUBREC, its last chance
        tells = v5 and self.options.qos == 1
        return msgspec.structs.replace(self._traits, properties=v5, tells_unroutable=tells)

    def _begin(self) -> tuple[MqttSender, MqttSession]:
        sender = MqttSender(self.options.window, self.options.qos)
        will = None if self._will is None else self._will_of(self._will)
        identity = Identity(client_id=random_id(), expiry=RECONNECT_EXPIRY, will=will)
        return sender, MqttSession(self._endpoint, identity, sender, patient=False)

    # -- sending ------------------------------------------------------------------------------------------------------

    def _message(self, frame: Frame) -> OutgoingPublish:
        properties = write_properties(frame.properties, time.time()) if self._endpoint.v5 else None
        packet = write_publish(self._topic(frame), frame.body, self.options.qos, properties)
        if len(frame.body) > self._traits.max_body or packet.size > self.options.max_packet:
            size, limit = packet.size, self.options.max_packet
            raise MessageTooLargeError(f"a packet of {size} bytes; the option max_packet is {limit}", size, limit)
        return packet

    def _topic(self, frame: Frame) -> bytes:
        """Return the topic name to publish to.

        Raises:
            ValueError: there is none.
        """
        if frame.address is None:
            return self._naming.address(frame.topic).encode()
        address = frame.address.removeprefix("topic:")
        if address.startswith("queue:"):
            raise ValueError(f"MQTT has no queues: {frame.address!r}")
        if not address or any(character in address for character in "+#\0"):
            raise ValueError(f"not a topic that can be published to: {frame.address!r}")
        return address.encode()

    def _will_of(self, frame: Frame) -> Will:
        """Make a frame the will.

        Raises:
            UsageError: that cannot be done.
        """
        packet = self._written(frame)
        if isinstance(packet, SendError):
            raise UsageError(f"the will cannot be sent: {packet}")
        if len(frame.body) > MAX_WILL:
            raise UsageError(f"the will's body is longer than {MAX_WILL} bytes (MQTT 5.0, 3.1.3.4)")
        return Will(self._topic(frame).decode(), frame.body, self.options.qos, write_properties(frame.properties))

    async def examine(self) -> Sequence[Finding]:
        """Return what the broker's settings do to messages; see ``Doctor``.

        Raises:
            ConnectError: it cannot be asked.
        """
        return await examine(self._endpoint)

    # -- listening ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[MqttConsumer]:
        """Return the block in which a consumer for ``spec`` is open.

        Raises:
            ClosedError: the transport is not open.
            ConnectError: the broker refuses this client, or a subscription (the message names it).
            UsageError: this transport listens for that durable group already.
            UnsupportedError: durable, at QoS 0.
        """
        self._open_sender()
        identity = identity_of(spec, self._naming, self.options)
        if any(session.identity.client_id == identity.client_id for session in self._listening.values()):
            raise UsageError(f"this transport listens for the durable group {spec.group!r} already: use that consumer")
        if spec.durable and self.options.instance and not self._warned:
            self._warned = True
            log.warning("%s", share_warning(await broker_version(self._endpoint)))
        consumer = MqttConsumer(spec, self._naming, filters=identity.filters, ring=self.options.backlog)
        session = MqttSession(self._endpoint, identity, consumer, patient=True, witness=self._sending)
        async with self._listen(consumer, session):
            yield consumer


if TYPE_CHECKING:
    _: type[Transport] = MqttTransport
    _doctor: type[Doctor] = MqttTransport
