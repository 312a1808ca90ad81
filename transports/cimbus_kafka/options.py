"""The options of a Kafka URL, each with its type, bounds and default, and the names that follow from them."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import unquote

from msgspec import Meta

from cimbus.middleware.net import BrokerOptions, escaped

ENVELOPE: Final = 16 * 1024
"""Bytes of a record that are kept free for key and headers: our own topics and routing properties need less than 2 KB,
the rest is for the application's properties."""
MIN_MESSAGE: Final = 65_536
"""The lowest limit on messages: below, the 16 KB for key and headers would leave too little for a body."""
DEFAULT_MAX_MESSAGE: Final = 1_048_588
"""The broker's default of message.max.bytes: 1 MiB and the 12 bytes of a record set's header."""
MARKER: Final = "cimbus-groups"
"""A topic that is always empty: durable groups whose patterns name no topic commit their initial offset there."""

PREFIX: Final = "cimbus-"
"""What the names of our consumer groups begin with."""


class KafkaOptions(BrokerOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of ``kafka://`` and ``kafkas://``; times are in seconds, sizes in bytes.

    Example:
        >>> from cimbus.middleware.net.url import read_options
        >>> read_options("partitions=8&compression=gzip", KafkaOptions).partitions
        8
    """

    also: str = ""
    """Further brokers to connect to first, as ``host:port,host:port``."""
    create: bool = True
    """Create topics that are missing; false: they are an error."""
    partitions: Annotated[int, Meta(ge=0)] = 4
    """Of the topics created here; 0: the broker's num.partitions. So many members of a group can work at once. Four,
    because Kafka's own default of 1 lets one member work, and each partition costs the brokers files and memory."""
    replication: Annotated[int, Meta(ge=0, le=32_767)] = 0
    """Of the topics created here; 0: the broker's default.replication.factor (an int16 in the protocol)."""
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "none"
    """Of batches; none as in Kafka's own producer, since bodies may be compressed already."""
    max_message: Annotated[int, Meta(ge=MIN_MESSAGE, le=1_073_741_824)] = DEFAULT_MAX_MESSAGE
    """The largest batch of records sent, and so the largest frame: the broker's message.max.bytes."""
    batch: Annotated[int, Meta(ge=1_024, le=16_777_216)] = 262_144
    """How many bytes of frames are sent as one batch; a larger frame is sent alone. Kafka's batch.size is 16 KB, with
    five batches in flight; here one is in flight for each partition, so it may carry more: hundreds of messages."""
    buffer: Annotated[int, Meta(ge=MIN_MESSAGE)] = 67_108_864
    """How many bytes may wait in a consumer before it stops fetching: 64 MB, about one fetch (fetch.max.bytes)."""
    timeout: Annotated[float, Meta(ge=1, le=600)] = 15.0
    """A request without an answer is given up after so long. Kafka's default is 30 (request.timeout.ms); less here, as
    it is also how long a dead connection delays what is sent over it."""
    session: Annotated[float, Meta(ge=1)] = 10.0
    """A member of a group that is silent for so long is removed (session.timeout.ms). Kafka's default is 45; less here,
    so that the frames of a member that died are not delayed that long."""
    heartbeat: Annotated[float, Meta(ge=0.05)] = 1.0
    """How often a member sends a heartbeat, and how soon it learns of a rebalance (heartbeat.interval.ms; Kafka advises
    at most a third of the session timeout)."""
    handover: Annotated[float, Meta(ge=0)] = 5.0
    """How long a rebalance waits for unsettled deliveries before their partitions may be assigned to others. Longer
    delays the whole group, shorter means more redeliveries."""
    discovery: Annotated[float, Meta(ge=0.05)] = 1.0
    """How often new topics are looked for where a pattern leaves context, kind or noun open."""
    commit: Annotated[float, Meta(ge=0)] = 0.05
    """How long settled deliveries wait, so that many are committed together. What is settled and not committed when a
    process dies is redelivered; Kafka's own consumer commits every 5 s (auto.commit.interval.ms)."""
    isolation: Literal["read_uncommitted", "read_committed"] = "read_uncommitted"
    """read_committed: frames of transactions arrive when these are committed, and never if they are rolled back; other
    frames wait behind an open transaction of the same partition (KIP-98). Kafka's default."""
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    """The SASL mechanism for the URL's user and password."""


def group_id(group: str, digest: str) -> str:
    """Return the consumer group of a group of ours: legal everywhere, and different for other names and patterns.

    Example:
        >>> group_id("outage management", "8a7c9c34")
        'cimbus-outage%20management-8a7c9c34'
    """
    return f"{PREFIX}{escaped(group, '%', '._')}-{digest}"


def group_of(name: str) -> str:
    """Return the group of ours that a consumer group is.

    Example:
        >>> group_of("cimbus-outage%20management-8a7c9c34")
        'outage management'
    """
    return unquote(name.removeprefix(PREFIX).rpartition("-")[0])
