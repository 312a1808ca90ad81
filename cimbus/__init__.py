"""cimbus: IEC 61968 messages for Python, typed and asynchronous, over MQTT, Kafka, JMS, an SQLite file or memory.

IEC 61968-1, clause 5, names the layers of such a system; each has its folder here:

=====================================  ==================================================================
5.3 application adapter                ``application/``: ``Bus``, ``Component``, inbox, dead letters
5.4 interface specification            ``interface/``: topics, envelope, message, model, codecs;
                                       ``nouns/``: typed payloads; ``codes/``: code lists
5.5 middleware adapter                 ``middleware/``: what transports promise, and what they share;
                                       ``cimbus_mqtt``, ``cimbus_kafka``, ``cimbus_jms`` beside this package
5.6 middleware service                 the broker; ``memory:`` and ``sqlite:`` where none is wanted
=====================================  ==================================================================

>>> message = Message.of(nouns.MeterReadings(), source="HES")
>>> decode(encode(message, "json")).header.noun
'MeterReadings'
"""

from __future__ import annotations

__version__ = "0.1.0"

from . import codecs, nouns
from .application.audit import AuditTrail
from .application.bus import Bus
from .application.chain import CallNext
from .application.component import Component
from .application.dead_letters import DeadLetter, DeadLetters
from .application.failures import CircuitBreaker, Postpone, Reject
from .application.handlers import Context
from .application.handlers.context import Middleware
from .application.inbox import Inbox
from .application.logs import JsonFormatter, MessageFilter, TextFormatter, setup_logging
from .application.metrics import Metrics
from .application.operation_step import OperationStep, remove_elements
from .application.operations import OperationHandlers
from .application.publisher import PublishResult
from .application.requester import Replies
from .application.retry import Retry
from .application.serve import serve
from .application.subscription import Subscription
from .application.unit_of_work import UnitOfWork
from .bridge import Bridge
from .errors import (
    CimbusError,
    ClosedError,
    ConnectError,
    DecodeError,
    EncodeError,
    MessageTooLargeError,
    MissingExtraError,
    NotAuthorizedError,
    OutboxFullError,
    ReplyError,
    ReplyTimeoutError,
    RequestError,
    RequestFailedError,
    RequestRefusedError,
    SendError,
    StrictError,
    TransportError,
    UnknownTransportError,
    UnsafeError,
    UnsupportedError,
    UsageError,
)
from .interface.codecs import (
    DEFAULT_LIMITS,
    DIALECTS,
    EnvelopeDialect,
    Limits,
    decode,
    decode_all,
    decode_header,
    decode_noun,
    encode,
    encode_noun,
    iterate,
)
from .interface.element import XmlElement
from .interface.envelope import Header, MessageType, Payload, ResultKind, Verb
from .interface.load_profile import load_profile
from .interface.message import DecodeNote, Message
from .interface.model import Cim, CimEnum, Extensions, noun
from .interface.schema_error import SchemaError
from .interface.topic import Kind, Pattern, Topic
from .interface.verbs import UnknownVerbError
from .middleware.delivery import Delivery, Outcome
from .middleware.frame import Frame
from .middleware.naming import Naming
from .middleware.outbox import Outbox
from .middleware.transport import Consumer, SubscriptionSpec, Traits, Transport

__all__ = [  # noqa: RUF022  # grouped
    # messages
    "DecodeNote",
    "Header",
    "Message",
    "MessageType",
    "Payload",
    "ResultKind",
    "Verb",
    "XmlElement",
    "DEFAULT_LIMITS",
    "DIALECTS",
    "EnvelopeDialect",
    "Limits",
    "codecs",
    "decode",
    "decode_all",
    "decode_header",
    "decode_noun",
    "encode",
    "encode_noun",
    "iterate",
    # nouns, and those of one's own
    "Cim",
    "CimEnum",
    "Extensions",
    "load_profile",
    "noun",
    "nouns",
    # the bus
    "Bridge",
    "Bus",
    "CallNext",
    "CircuitBreaker",
    "Component",
    "Context",
    "DeadLetter",
    "DeadLetters",
    "Delivery",
    "Inbox",
    "Middleware",
    "OperationHandlers",
    "OperationStep",
    "Outbox",
    "Outcome",
    "Postpone",
    "PublishResult",
    "Reject",
    "Replies",
    "Retry",
    "Subscription",
    "UnitOfWork",
    "remove_elements",
    "serve",
    # observing
    "AuditTrail",
    "JsonFormatter",
    "MessageFilter",
    "Metrics",
    "TextFormatter",
    "setup_logging",
    # topics and transports
    "Consumer",
    "Frame",
    "Kind",
    "Naming",
    "Pattern",
    "SubscriptionSpec",
    "Topic",
    "Traits",
    "Transport",
    # errors
    "CimbusError",
    "ClosedError",
    "ConnectError",
    "DecodeError",
    "EncodeError",
    "MessageTooLargeError",
    "MissingExtraError",
    "NotAuthorizedError",
    "OutboxFullError",
    "ReplyError",
    "ReplyTimeoutError",
    "RequestError",
    "RequestFailedError",
    "RequestRefusedError",
    "SchemaError",
    "SendError",
    "StrictError",
    "TransportError",
    "UnknownTransportError",
    "UnknownVerbError",
    "UnsafeError",
    "UnsupportedError",
    "UsageError",
]
