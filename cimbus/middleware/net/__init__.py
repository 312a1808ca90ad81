"""What every transport over a network shares; nothing here knows a protocol.

From the wire up: ``url`` reads URLs and their typed options, ``credentials`` finds the password, ``tls`` makes TLS
contexts, ``stream`` opens a stream with both (``asyncio_stream``: one without tasks of its own), ``writer`` writes to
it. ``connection`` is one connection (``packet_connection``: of packets), with one user (``connection_user``),
``backoff`` says how long to pause before the next one, ``session`` makes it again and again, ``takeover`` notices that
another client does so under the same name. ``incomplete`` keeps what has come of a packet, ``skipped`` counts what is
not kept of one that is too large (``size_limits``: to send), and ``ended_connections`` which message ended connections.
``sender`` keeps what was sent and is not acknowledged (``results``: of one call, ``grouped_sender``: with one receipt
for many); ``redelivery`` keeps what was received and is not settled, and ``consumer`` lets ``Consumer.receive`` wait
for it (``pausing``: reads nothing while there is no room). ``transaction`` is sending and settling all or nothing.
``transport`` (``transactional_transport``) is what a bus sees of all this.

Where a broker keeps a log, ``partition_queues`` is what waits for its partitions, ``assigned_partition`` how far they
are settled (``pending_commit``: of which the broker is told), and ``revocable_queue`` what was received of them;
``keyed_topics`` reads their topics. Where its client library runs on asyncio only, ``asyncio_thread`` is the way to
that loop, ``asyncio_calls`` is for what runs there, ``partitioned_consumer`` is the caller's half of a subscription
(``asyncio_transaction``: of a transaction), and ``stall_watchdog`` notices that it hangs.

``errors`` are common to all protocols, ``refusals`` says which errors of a broker are final, ``attempts`` counts
deliveries where a broker does not, ``topic_selection`` says what patterns are where it has no wildcards for them,
``disjoint_filters`` makes filters that do not overlap, ``escape`` writes names with few characters, ``modified_utf8``
is how Java writes texts, ``throttled_log`` keeps logs short.
"""

from __future__ import annotations

from .assigned_partition import AssignedPartition, DeliveredOffset, OffsetTracker, ReceivedFrame, SettledOffsets
from .attempts import Attempts
from .backoff import Backoff
from .broker_transport import BrokerTransport
from .connected_consumer import ConnectedConsumer
from .connection import StreamConnection
from .connection_user import Connection, ConnectionUser, PacketUser
from .consumer import BufferedConsumer
from .credentials import with_password
from .current_connection import CurrentConnection
from .disjoint_filters import disjoint_filters
from .ended_connections import MAX_ENDED, EndedConnections
from .errors import (
    ClosedByBrokerError,
    ConnectionLostError,
    MalformedError,
    NoContentError,
    RefusedError,
    ResetByBrokerError,
    check_content,
)
from .escape import escaped
from .grouped_sender import GroupedSendWindow
from .incomplete import IncompleteOctets
from .keyed_topics import KeyedTopics
from .modified_utf8 import from_modified, to_modified
from .packet_connection import PacketConnection
from .partition_queues import PartitionQueue, QueuedRecord, TopicQueues, queued_records
from .pausing import PausingConnection, PausingConsumer, PausingUser
from .pending_commit import CommitMetadata, PendingCommit, read_commit_metadata
from .redelivery import Item, RedeliveryQueue
from .refusals import Refusals
from .results import SendResults
from .revocable_queue import RevocableQueue
from .sender import InFlight, SendWindow
from .session import ReconnectingSession
from .size_limits import check_option, too_large
from .skipped import SkippedOctets
from .stream import BROKEN, open_stream, why
from .takeover import TakeoverDetector
from .throttled_log import ThrottledLog
from .tls import secure, tls_context
from .topic_selection import TopicSelection, covering
from .transaction import ConnectionTransaction, transacted
from .transactional_transport import TransactionalTransport
from .transport import CACHED_ADDRESSES, ConnectedTransport
from .url import Address, BrokerOptions, host_port, read_hosts, read_url
from .writer import Writer

__all__ = [
    "BROKEN",
    "CACHED_ADDRESSES",
    "MAX_ENDED",
    "Address",
    "AssignedPartition",
    "Attempts",
    "Backoff",
    "BrokerOptions",
    "BrokerTransport",
    "BufferedConsumer",
    "ClosedByBrokerError",
    "CommitMetadata",
    "ConnectedConsumer",
    "ConnectedTransport",
    "Connection",
    "ConnectionLostError",
    "ConnectionTransaction",
    "ConnectionUser",
    "CurrentConnection",
    "DeliveredOffset",
    "EndedConnections",
    "GroupedSendWindow",
    "InFlight",
    "IncompleteOctets",
    "Item",
    "KeyedTopics",
    "MalformedError",
    "NoContentError",
    "OffsetTracker",
    "PacketConnection",
    "PacketUser",
    "PartitionQueue",
    "PausingConnection",
    "PausingConsumer",
    "PausingUser",
    "PendingCommit",
    "QueuedRecord",
    "ReceivedFrame",
    "ReconnectingSession",
    "RedeliveryQueue",
    "Refusals",
    "RefusedError",
    "ResetByBrokerError",
    "RevocableQueue",
    "SendResults",
    "SendWindow",
    "SettledOffsets",
    "SkippedOctets",
    "StreamConnection",
    "TakeoverDetector",
    "ThrottledLog",
    "TopicQueues",
    "TopicSelection",
    "TransactionalTransport",
    "Writer",
    "check_content",
    "check_option",
    "covering",
    "disjoint_filters",
    "escaped",
    "from_modified",
    "host_port",
    "open_stream",
    "queued_records",
    "read_commit_metadata",
    "read_hosts",
    "read_url",
    "secure",
    "tls_context",
    "to_modified",
    "too_large",
    "transacted",
    "why",
    "with_password",
]
