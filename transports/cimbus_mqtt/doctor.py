"""Asks an MQTT broker for its settings: CONNACK has them, and Mosquitto's ``$SYS``."""

from __future__ import annotations

from cimbus.errors import ConnectError
from cimbus.middleware.doctor import Finding
from cimbus.middleware.doctor.mqtt import DROPPED, MqttFacts, mqtt_findings

from .broker_version import VERSION, SystemReader
from .session import MqttEndpoint


async def examine(endpoint: MqttEndpoint) -> list[Finding]:
    """Return what a broker's settings do to messages.

    Raises:
        ConnectError: it cannot be reached.
    """
    reader, options = SystemReader(VERSION, DROPPED), endpoint.options
    await reader.read(endpoint, options.session_expiry)
    if (connack := reader.connack) is None:
        raise ConnectError(f"{endpoint.address} cannot be asked for its settings")
    facts = MqttFacts(
        v5=endpoint.v5,
        session_expiry=options.session_expiry if connack.session_expiry is None else connack.session_expiry,
        max_packet=connack.max_packet,
        max_qos=connack.max_qos,
        shared=connack.shared,
        retained=connack.retained,
        version=reader.said.get(VERSION, ""),
        dropped=reader.said.get(DROPPED),
    )
    return mqtt_findings(facts, max_packet=options.max_packet)
