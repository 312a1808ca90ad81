"""How topics are written on Kafka. Pure."""

from __future__ import annotations

from typing import Final

from cimbus.middleware.naming import AddressSyntax, Naming

KAFKA_SYNTAX: Final = AddressSyntax(
    separator=".",
    escape="_",
    legal="[A-Za-z0-9-]",  # Kafka takes . and _ too (org.apache.kafka.common.internals.Topic); here they have a meaning
    limit=249,  # Topic.MAX_NAME_LENGTH
)
KAFKA_NAMING: Final = Naming("{context}.{kind}.{noun}", KAFKA_SYNTAX)
"""One topic for all verbs: created, changed and closed of one object stay in one partition, and so in order."""
