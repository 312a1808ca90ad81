"""What a broker says that it is: Mosquitto publishes that, retained, for all who may read ``$SYS``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import anyio

from cimbus.errors import ConnectError
from cimbus.middleware.tasks import background

from .connection import MqttConnection
from .engine import RETAINED, ConnAck
from .options import random_id
from .packets import Ack, Publish
from .sender import MqttSender
from .session import MqttEndpoint, MqttSession
from .subscription import Identity

VERSION: Final = "$SYS/broker/version"
PATIENCE: Final = 1.0
"""How long to wait for what it says, in seconds: retained messages come with the answer to the subscription."""


class SystemReader(MqttSender):
    """The user of a connection that reads what the broker says under ``$SYS``, and sends nothing.

    Args:
        topics: what to read.

    Attributes:
        connack: the broker's answer to CONNECT; None: it did not let us in.
        said: by topic.
    """

    def __init__(self, *topics: str) -> None:
        super().__init__(window=1, qos=0)
        self.connack: ConnAck | None = None
        self.said: dict[str, str] = {}
        self._topics = topics
        self._came = anyio.Event()

    async def connected(self, connection: MqttConnection) -> None:
        """Subscribe, and wait a moment."""
        self.connack = connection.connack
        await connection.subscribe(self._topics, retain_handling=RETAINED)
        with anyio.move_on_after(PATIENCE):
            await self._came.wait()

    def received(self, packets: Sequence[Publish | Ack]) -> None:
        """Take what it says."""
        for packet in packets:
            if isinstance(packet, Publish):
                self.said[packet.topic] = packet.payload.decode(errors="replace")
        if set(self._topics) <= self.said.keys():
            self._came.set()

    async def read(self, endpoint: MqttEndpoint, expiry: int = 0) -> None:
        """Connect, and disconnect when it has read; ``expiry``: for how long a session is asked for meanwhile."""
        session = MqttSession(endpoint, Identity(client_id=random_id(), expiry=expiry), self, patient=False)
        with suppress(ConnectError):  # the broker may refuse a subscription to $SYS
            async with background() as tasks:
                await tasks.start(session.run)
                await session.stop()


async def broker_version(endpoint: MqttEndpoint) -> str:
    """Return the version, such as ``mosquitto version 2.0.11``; empty if the broker does not tell us."""
    reader = SystemReader(VERSION)
    await reader.read(endpoint)
    return reader.said.get(VERSION, "")


def share_warning(version: str) -> str:
    """Say what a durable group of several members loses when a broker of this version restarts.

    >>> share_warning("mosquitto version 2.0.11").partition(":")[0]
    'mosquitto version 2.0.11 does not save shared subscriptions'
    """
    keeps = f"{version} does not save" if version.startswith("mosquitto") else "not every broker saves"
    return (
        f"{keeps} shared subscriptions: what is published after its restart and before this process is back is lost; "
        "a durable group of one process, without the option instance, loses nothing"
    )
