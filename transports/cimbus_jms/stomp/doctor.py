"""Asks Artemis for its settings over STOMP: its management address takes messages, and replies to a queue."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any, Final, cast

import anyio

from cimbus.errors import ConnectError
from cimbus.middleware.doctor import Finding
from cimbus.middleware.doctor.activemq import classic_findings
from cimbus.middleware.doctor.artemis import artemis_findings, unknown_artemis
from cimbus.middleware.net import ConnectionLostError
from cimbus.middleware.tasks import background

from .codec import StompFrame, write_frame
from .connection import StompConnection
from .endpoint import StompEndpoint
from .sender import StompSender

PATIENCE: Final = 2.0
"""How long to wait for an answer of the management, in seconds: it is computed in memory."""
MANAGEMENT: Final = "activemq.management"
"""Artemis' management-address by default."""
SETTINGS: Final = ("_AMQ_OperationName", "getAddressSettingsAsJSON", '["#"]')
PERSISTENT: Final = ("_AMQ_Attribute", "PersistenceEnabled", "")


class ManagementReader(StompSender):
    """The user of a connection that asks the management."""

    def __init__(self) -> None:
        super().__init__(window=1)
        self.answers: list[Any] = []
        self._came = anyio.Event()

    async def connected(self, connection: StompConnection) -> None:
        """Ask, and wait a moment; the queue for the answers goes with its only consumer."""
        queue = f"cimbus-doctor-{uuid.uuid4().hex}"
        subscribe = [("id", "1"), ("destination", queue), ("subscription-type", "ANYCAST")]
        await connection.ask("SUBSCRIBE", subscribe)  # else Artemis may answer before there is a queue for it
        for header, name, body in (SETTINGS, PERSISTENT):
            ask = [("destination", MANAGEMENT), ("reply-to", queue), ("_AMQ_ResourceName", "broker"), (header, name)]
            # without a content-length it is a text message, as the management wants it
            connection.write(write_frame("SEND", ask, body.encode(), measured=False))
        with anyio.move_on_after(PATIENCE):
            await self._came.wait()

    def received(self, frames: Sequence[StompFrame]) -> None:
        """Take the answers."""
        for frame in frames:
            done = frame.headers.get("_AMQ_OperationSucceeded") == "true"
            values = cast("list[Any]", json.loads(frame.body)) if done and frame.body else [None]
            self.answers.append(values[0])
        if len(self.answers) >= 2:
            self._came.set()

    def disconnected(self, lost: ConnectionLostError) -> None:
        """Do nothing: what has not come will not come."""


async def examine(endpoint: StompEndpoint) -> list[Finding]:
    """Return what a broker's settings do to messages.

    Raises:
        ConnectError: it cannot be reached.
    """
    if endpoint.dialect.name != "artemis":
        return classic_findings()
    reader = ManagementReader()
    try:
        async with background(), endpoint.connect(reader) as connection, connection.running():
            await connection.finish()
    except ConnectionLostError:
        pass  # it does not let this client ask
    except ConnectError:
        if not reader.answers:
            raise
    settings, persistent = [*reader.answers, None, None][:2]
    if not isinstance(settings, str):
        return unknown_artemis(f"this client may not send to {MANAGEMENT} (manage), or read the answer")
    return artemis_findings(settings, persistent=persistent if isinstance(persistent, bool) else None)
