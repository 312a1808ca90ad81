"""The clients and codecs that cimbus can be compared with, where they can, and what each of them guarantees."""

from __future__ import annotations

from typing import Final

import msgspec

__all__ = ["OURS", "OUR_CODEC", "PEERS", "PeerClient"]


class PeerClient(msgspec.Struct, frozen=True, kw_only=True):
    """One client, or one codec.

    >>> PEERS["paho"].scheme, PEERS["xsdata"].tasks
    ('mqtt', ('encode', 'decode'))

    Attributes:
        module: in this package; empty for a program in ``benchmarks/`` of a clone.
        scheme: the beginning of the URLs that it can be compared on; empty: it needs no bus.
        tasks: what it is asked for.
        guarantees: what is promised when a message counts as published, received, encoded or decoded.
    """

    module: str
    scheme: str = ""
    tasks: tuple[str, ...] = ("publish", "receive")
    guarantees: str


CODEC: Final = ("encode", "decode")
KAFKA: Final = "idempotent, acks=all; each batch that was received is committed"

PEERS: Final[dict[str, PeerClient]] = {
    "paho": PeerClient(module="paho_client", scheme="mqtt", guarantees="QoS 1; acknowledged by its thread"),
    "aiomqtt": PeerClient(
        module="aiomqtt_client", scheme="mqtt", guarantees="QoS 1; acknowledged before the program has seen it"
    ),
    "aiokafka": PeerClient(module="aiokafka_client", scheme="kafka", guarantees=KAFKA),
    "confluent-kafka": PeerClient(module="confluent_client", scheme="kafka", guarantees=KAFKA),
    "FastStream": PeerClient(
        module="faststream_client",
        scheme="kafka",
        guarantees=f"nearest equivalent: {KAFKA} behind its handler, and read again if that fails; no dead letters",
    ),
    "stomp.py": PeerClient(
        module="stomp_client",
        scheme="jms+stomp",
        guarantees="persistent, a receipt for 64 messages; each message is acknowledged",
    ),
    "JAXB+JMS": PeerClient(
        module="",
        scheme="jms+amqp",
        guarantees="typed; persistent, each message is acknowledged to the sender and by the receiver",
    ),
    "xsdata": PeerClient(module="xsdata_codec", tasks=CODEC, guarantees="typed, with its lxml handler"),
    "pydantic-xml": PeerClient(module="pydantic_codec", tasks=CODEC, guarantees="typed and validated"),
}
"""By name."""

OURS: Final[dict[str, PeerClient]] = {
    "cimbus, unopened": PeerClient(
        module="cimbus_client", guarantees="acknowledged by the broker; each message is settled; bytes"
    ),
    "cimbus": PeerClient(
        module="cimbus_client", guarantees="acknowledged by the broker; each message is settled; typed"
    ),
}
"""Ourselves: with bodies that are not opened, as a bridge does, and typed, as applications use it."""
OUR_CODEC: Final[dict[str, PeerClient]] = {
    "cimbus": PeerClient(module="", tasks=CODEC, guarantees="typed and validated; with the native codec if it is there")
}
"""Our codec, beside others."""
