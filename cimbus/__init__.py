"""cimbus: IEC 61968 messages, typed and asynchronous, over MQTT, Kafka, JMS or nothing at all.

``decode`` and ``encode`` turn bytes into messages and back, ``Bus`` carries them, ``Component`` handles them. The
payload classes are in ``cimbus.nouns``, the code lists in ``cimbus.codes``.
"""

from __future__ import annotations

from .bridge import Bridge
from .bus import Bus, Published, Query, Service
from .codecs import DEFAULT_LIMITS, Limits, decode, decode_header, encode
from .component import Component
from .deadletters import DeadLetter, DeadLetters
from .delivery import Delivery, Outcome
from .element import Element
from .envelope import (
    ID,
    Error,
    Header,
    Operation,
    OperationSet,
    Option,
    PayloadArea,
    Property,
    Reply,
    Request,
    ResultKind,
    Root,
    User,
    Verb,
)
from .errors import (
    CimbusError,
    ClosedError,
    ConnectError,
    DecodeError,
    EncodeError,
    MissingExtraError,
    NotAuthorizedError,
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
from .frame import Frame
from .handled import Handled, Work
from .message import Message, Note
from .model import Cim, CimEnum, Foreign, noun
from .naming import Naming
from .requests import Replies
from .retry import Retry
from .subscription import Subscription
from .topic import Kind, Pattern, Topic
from .transport import Inbox, Intake, Traits, Transport

__all__ = [  # noqa: RUF022  # grouped
    # messages
    "DEFAULT_LIMITS",
    "Element",
    "Limits",
    "Message",
    "Note",
    "decode",
    "decode_header",
    "encode",
    # the envelope's areas
    "Error",
    "Header",
    "ID",
    "Operation",
    "OperationSet",
    "Option",
    "PayloadArea",
    "Property",
    "Reply",
    "Request",
    "ResultKind",
    "Root",
    "User",
    "Verb",
    # nouns of one's own
    "Cim",
    "CimEnum",
    "Foreign",
    "noun",
    # the bus
    "Bridge",
    "Bus",
    "Component",
    "DeadLetter",
    "DeadLetters",
    "Delivery",
    "Handled",
    "Outcome",
    "Published",
    "Query",
    "Replies",
    "Retry",
    "Service",
    "Subscription",
    "Work",
    # topics and transports
    "Frame",
    "Inbox",
    "Intake",
    "Kind",
    "Naming",
    "Pattern",
    "Topic",
    "Traits",
    "Transport",
    # errors
    "CimbusError",
    "ClosedError",
    "ConnectError",
    "DecodeError",
    "EncodeError",
    "MissingExtraError",
    "NotAuthorizedError",
    "ReplyError",
    "ReplyTimeoutError",
    "RequestError",
    "RequestFailedError",
    "RequestRefusedError",
    "SendError",
    "StrictError",
    "TransportError",
    "UnknownTransportError",
    "UnsafeError",
    "UnsupportedError",
    "UsageError",
]
