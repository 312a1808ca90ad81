"""The options of a Kafka URL, each with its type, bounds and default, and the names that follow from them."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

SMALLEST: Final = 65_536
"""No limit on messages is lower; what a record may hold besides its body has to fit, too."""
MARKER: Final = "cimbus-groups"
"""A topic that holds nothing: durable groups commit an offset there to say that they exist."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._]")


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of ``kafka://`` and ``kafkas://``; times are in seconds, sizes in bytes."""

    also: str = ""
    """Further brokers to begin with, as ``host:port,host:port``."""
    template: str = ""
    """How topics are written; empty: ``{context}.{kind}.{noun}``."""
    create: bool = True
    """Create topics that are missing; false: they are an error."""
    partitions: Annotated[int, Meta(ge=0)] = 4
    """Of the topics created here; 0: as the broker says. What a group can share has as many parts."""
    replication: Annotated[int, Meta(ge=0, le=32_767)] = 0
    """Of the topics created here; 0: as the broker says."""
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "none"
    max_message: Annotated[int, Meta(ge=SMALLEST, le=1_073_741_824)] = 1_048_588
    """The largest batch of records sent, and so the largest frame: what the broker's message.max.bytes says."""
    batch: Annotated[int, Meta(ge=1_024, le=16_777_216)] = 262_144
    """How many bytes of frames are sent as one batch; a frame that is larger goes alone."""
    buffer: Annotated[int, Meta(ge=SMALLEST)] = 67_108_864
    """How many bytes may wait in an inbox before nothing more is fetched for it."""
    timeout: Annotated[float, Meta(ge=1, le=600)] = 15.0
    """A request without an answer is given up after so long; a group's rebalance may take as long."""
    connect_timeout: Annotated[float, Meta(gt=0)] = 10.0
    session: Annotated[float, Meta(ge=1)] = 10.0
    """A group goes on without a member that has not been heard of for so long (session.timeout.ms)."""
    heartbeat: Annotated[float, Meta(ge=0.05)] = 1.0
    """How often a member of a group is heard of, and how soon it learns that others come and go."""
    handover: Annotated[float, Meta(ge=0)] = 5.0
    """How long a rebalance waits for deliveries in hand before their partitions may go to others."""
    discovery: Annotated[float, Meta(ge=0.05)] = 1.0
    """How often it is looked for new topics where a pattern leaves context, kind or noun open."""
    commit: Annotated[float, Meta(ge=0)] = 0.05
    """How long settled deliveries wait for others to be committed together."""
    isolation: Literal["read_uncommitted", "read_committed"] = "read_uncommitted"
    """read_committed: frames of transactions arrive when these are committed, and never if they are not."""
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    """How the user and password of the URL are shown (SASL)."""
    ca: str = ""
    cert: str = ""
    key: str = ""


def group_id(group: str) -> str:
    """Return the consumer group of a group of ours: legal everywhere, and different for different names."""
    safe = _UNSAFE.sub(lambda found: "".join(f"%{octet:02X}" for octet in found[0].encode("utf-8", "replace")), group)
    return f"cimbus-{safe}"
