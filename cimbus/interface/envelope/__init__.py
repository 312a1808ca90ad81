"""The areas of the message envelope, field by field (IEC 61968-100 Edition 1, Message.xsd).

Fields have Python's names here and the standard's on the wire: ``rename`` says which is which. What the schema's
``##other`` wildcards allow, and what peers put where the schema allows nothing, is in ``extensions``.

The order of the fields is that of the schema's sequences, since the writer follows it.
"""

from __future__ import annotations

from .header import Header, Property, ReplayDetection, User
from .payload import Operation, OperationSet, Payload
from .reply import EnvelopeName, EnvelopeNameType, EnvelopeNameTypeAuthority, Error, Location, Object, Reply
from .request import ID, Option, Request
from .words import EDITION_2, NAMESPACE, VERBS, WWW_NAMESPACE, AnyVerb, LevelKind, MessageType, ResultKind, Verb

__all__ = [
    "EDITION_2",
    "ID",
    "NAMESPACE",
    "VERBS",
    "WWW_NAMESPACE",
    "AnyVerb",
    "EnvelopeName",
    "EnvelopeNameType",
    "EnvelopeNameTypeAuthority",
    "Error",
    "Header",
    "LevelKind",
    "Location",
    "MessageType",
    "Object",
    "Operation",
    "OperationSet",
    "Option",
    "Payload",
    "Property",
    "ReplayDetection",
    "Reply",
    "Request",
    "ResultKind",
    "User",
    "Verb",
]
