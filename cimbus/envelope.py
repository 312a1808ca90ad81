"""The areas of the message envelope, field by field (IEC 61968-100 Edition 1, Message.xsd).

Python words here, the standard's words on the wire: each class says which is which. Extensions that the schema lets
stand (its ``##other`` wildcards), and those that peers put where it does not, are in ``foreign``.
"""

from __future__ import annotations

import enum
from typing import Any, Final

from .model import AnyNoun, Attribute, Cim, CimEnum, DateTime, Text

NAMESPACE: Final = "http://iec.ch/TC57/2011/schema/message"
"""The namespace of the Edition 1 envelope."""


class Verb(enum.StrEnum):
    """The fourteen verbs of Edition 1; ``Header.verb`` is text, since peers use others."""

    cancel = "cancel"
    canceled = "canceled"
    change = "change"
    changed = "changed"
    close = "close"
    closed = "closed"
    create = "create"
    created = "created"
    delete = "delete"
    deleted = "deleted"
    execute = "execute"
    executed = "executed"
    get = "get"
    reply = "reply"


VERBS: Final = frozenset(verb.value for verb in Verb)


class Root(enum.StrEnum):
    """Which of the five envelope elements a message is."""

    message = "Message"
    request = "RequestMessage"
    response = "ResponseMessage"
    event = "EventMessage"
    fault = "FaultMessage"


class ResultKind(CimEnum):
    """Reply/Result."""

    OK = "OK"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"


class LevelKind(CimEnum):
    """Error/level."""

    INFORM = "INFORM"
    WARNING = "WARNING"
    FATAL = "FATAL"
    CATASTROPHIC = "CATASTROPHIC"


class IDKind(CimEnum):
    """The ``kind`` attribute of an ID."""

    name = "name"  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]
    uuid = "uuid"
    transaction = "transaction"
    other = "other"


class ReplayDetection(Cim, rename={"nonce": "Nonce", "created": "Created"}):
    """HeaderType/ReplayDetection: a nonce that must not come again, and when it was made."""

    nonce: str
    created: DateTime


class User(Cim, rename={"user_id": "UserID", "organization": "Organization"}):
    """HeaderType/User."""

    user_id: str
    organization: str | None = None


class Property(Cim, rename={"name": "Name", "value": "Value"}):
    """HeaderType/Property: a named text of the application's own."""

    name: str
    value: str | None = None


class Header(
    Cim,
    rename={
        "verb": "Verb",
        "noun": "Noun",
        "revision": "Revision",
        "replay_detection": "ReplayDetection",
        "context": "Context",
        "timestamp": "Timestamp",
        "source": "Source",
        "async_reply_flag": "AsyncReplyFlag",
        "reply_address": "ReplyAddress",
        "ack_required": "AckRequired",
        "user": "User",
        "message_id": "MessageID",
        "correlation_id": "CorrelationID",
        "comment": "Comment",
        "properties": "Property",
    },
):
    """HeaderType: who says what, when, and to what it answers.

    ``verb`` is one of ``Verb``, lower case, or whatever word a peer used. ``timestamp`` is aware. A FaultMessage has no
    header on the wire; one read from bytes has the verb ``reply`` and an empty noun here.
    """

    wildcard = ""

    verb: str
    noun: str
    revision: str | None = None
    replay_detection: ReplayDetection | None = None
    context: str | None = None
    timestamp: DateTime | None = None
    source: str | None = None
    async_reply_flag: bool | None = None
    reply_address: str | None = None
    ack_required: bool | None = None
    user: User | None = None
    message_id: str | None = None
    correlation_id: str | None = None
    comment: str | None = None
    properties: tuple[Property, ...] = ()

    def property(self, name: str, default: str | None = None) -> str | None:
        """Return the value of the first Property of that name."""
        return next((p.value for p in self.properties if p.name == name), default)


class ID(
    Cim,
    rename={"id_type": "idType", "id_authority": "idAuthority", "object_type": "objectType"},
):
    """The text of an ID element with its attributes (IDatts)."""

    value: Text
    id_type: Attribute = None
    id_authority: Attribute = None
    kind: Attribute = None
    object_type: Attribute = None


class Option(Cim):
    """RequestType/Option, such as ``limit`` and ``offset``."""

    name: str
    value: str | None = None


class Request(Cim, rename={"start_time": "StartTime", "end_time": "EndTime", "options": "Option", "ids": "ID"}):
    """RequestType: what a request is about; the typed query of a ``get`` is the message's payload."""

    wildcard = ""

    start_time: DateTime | None = None
    end_time: DateTime | None = None
    options: tuple[Option, ...] = ()
    ids: tuple[ID, ...] = ()

    def option(self, name: str, default: str | None = None) -> str | None:
        """Return the value of the first Option of that name."""
        return next((o.value for o in self.options if o.name == name), default)


class Location(Cim):
    """ErrorType/Location: where in a chain of processing it went wrong."""

    node: str | None = None
    pipeline: str | None = None
    stage: str | None = None


class EnvelopeNameTypeAuthority(Cim):
    """NameTypeAuthority as the envelope orders it."""

    name: str
    description: str | None = None


class EnvelopeNameType(Cim):
    """NameType as the envelope orders it (payloads put description first)."""

    name: str
    description: str | None = None
    NameTypeAuthority: EnvelopeNameTypeAuthority | None = None


class EnvelopeName(Cim):
    """Name as the envelope orders it."""

    name: str
    NameType: EnvelopeNameType | None = None


class Object(Cim, rename={"names": "Name", "object_type": "objectType"}):
    """ErrorType/object (deprecated by the standard): which object an error is about."""

    mRID: str | None = None
    names: tuple[EnvelopeName, ...] = ()
    object_type: str | None = None


class Error(
    Cim,
    rename={
        "stack_trace": "stackTrace",
        "location": "Location",
        "id": "ID",
        "related_id": "relatedID",
        "operation_id": "operationId",
    },
):
    """ErrorType. ``code`` is a text such as ``"2.4"``; the list is in ``cimbus.codes``, and peers have their own."""

    code: str
    level: LevelKind | None = None
    reason: str | None = None
    details: str | None = None
    xpath: str | None = None
    stack_trace: str | None = None
    location: Location | None = None
    id: ID | None = None
    related_id: ID | None = None
    object: Object | None = None
    operation_id: int | None = None


class Reply(Cim, rename={"result": "Result", "errors": "Error", "ids": "ID", "operation_id": "operationId"}):
    """ReplyType: how a request ended."""

    wildcard = "ID"  # operationId comes after the wildcard

    result: ResultKind
    errors: tuple[Error, ...] = ()
    ids: tuple[ID, ...] = ()
    operation_id: int | None = None


class Operation(Cim, rename={"operation_id": "operationId", "element_operation": "elementOperation"}):
    """OperationType: one step of an OperationSet, with the noun it works on as ``payload``."""

    operation_id: int
    noun: str | None = None
    verb: str | None = None
    element_operation: bool | None = None
    payload: AnyNoun = None


class OperationSet(
    Cim,
    rename={
        "enforce_msg_sequence": "enforceMsgSequence",
        "enforce_transactional_integrity": "enforceTransactionalIntegrity",
        "operations": "Operation",
    },
):
    """Several operations in one message: in ascending ``operation_id`` and all or nothing, where the flags say so."""

    enforce_msg_sequence: bool | None = None
    enforce_transactional_integrity: bool | None = None
    operations: tuple[Operation, ...] = ()


class PayloadArea(Cim):
    """PayloadType: what a message carries.

    Attributes:
        items: nouns, typed or as ``Element``; more than one where the schema's wildcard was used so.
        in_request: the nouns stood in the request area (the query of a ``get``), and will again.
        operation_set: the OperationSet, if any.
        compressed: the text of a Compressed element that was not opened (not gzip of a noun).
        packed: the nouns stood in a Compressed element, and will again.
        ids: IDs.
        format: Format, what Compressed holds.
    """

    items: tuple[Any, ...] = ()
    in_request: bool = False
    operation_set: OperationSet | None = None
    compressed: str | None = None
    packed: bool = False
    ids: tuple[ID, ...] = ()
    format: str | None = None
