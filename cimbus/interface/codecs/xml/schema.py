"""The schema of the Edition 1 envelope as tables: which element has which children, in which order.

IEC 61968-100 Ed. 1, Message.xsd: the facts of it. A content model is a row of particles: ``name``, then ``:type`` where
the type is not xs:string, then ``?`` (0..1), ``*`` (0..n) or ``+`` (1..n); nothing: 1..1. ``##other`` is the wildcard
for elements of other namespaces.
"""

from __future__ import annotations

from typing import Final, NamedTuple

WILDCARD: Final = "##other"
"""A particle for elements of other namespaces than the schema's, and not without one."""
IDATTS: Final = frozenset({"idType", "idAuthority", "kind", "objectType"})
"""The attributes of an ID (IDatts)."""
ID_KINDS: Final = frozenset({"name", "uuid", "transaction", "other"})
"""The values of its attribute ``kind``."""


class Particle(NamedTuple):
    """One place in a sequence.

    >>> particle("Option:Option*")
    Particle(name='Option', type='Option', least=0, most=None)
    """

    name: str
    type: str
    least: int
    most: int | None


def particle(text: str) -> Particle:
    """Return what a particle of a row says.

    >>> particle("Verb:Verb").least, particle("Noun").type
    (1, 'string')
    """
    least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(text[-1], (1, 1))
    name, _, kind = text.rstrip("?*+").partition(":")
    return Particle(name, kind or "string", least, most)


def _row(text: str) -> tuple[Particle, ...]:
    return tuple(map(particle, text.split()))


SEQUENCES: Final = {
    "Message": _row("Header:Header Request:Request? Reply:Reply? Payload:Payload?"),
    "RequestMessage": _row("Header:Header Request:Request? Payload:Payload?"),
    "ResponseMessage": _row("Header:Header Reply:Reply Payload:Payload?"),
    "EventMessage": _row("Header:Header Payload:Payload?"),
    "FaultMessage": _row("Reply:Reply"),
    "Header": _row(
        "Verb:Verb Noun Revision? ReplayDetection:ReplayDetection? Context? Timestamp:dateTime? Source? "
        "AsyncReplyFlag:boolean? ReplyAddress? AckRequired:boolean? User:User? MessageID? CorrelationID? Comment? "
        "Property:Property* ##other*"
    ),
    "ReplayDetection": _row("Nonce Created:dateTime"),
    "User": _row("UserID Organization?"),
    "Property": _row("Name Value?"),
    "Request": _row("StartTime:dateTime? EndTime:dateTime? Option:Option* ID:ID* ##other*"),
    "Option": _row("name value?"),
    "Reply": _row("Result:Result Error:Error* ID:ID* ##other* operationId:integer?"),
    "Error": _row(
        "code level:Level? reason? details? xpath:QName? stackTrace? Location:Location? ID:ID? relatedID:ID? "
        "object:Object? operationId:integer?"
    ),
    "Location": _row("node? pipeline? stage?"),
    "Object": _row("mRID? Name:Name* objectType?"),
    "Name": _row("name NameType:NameType?"),
    "NameType": _row("name description? NameTypeAuthority:NameTypeAuthority?"),
    "NameTypeAuthority": _row("name description?"),
    "OperationSet": _row("enforceMsgSequence:boolean? enforceTransactionalIntegrity:boolean? Operation:Operation*"),
    "Operation": _row("operationId:integer noun? verb? elementOperation:boolean? ##other?"),
}
"""By type: its sequence."""
PAYLOAD: Final = ("##other*", "OperationSet:OperationSet?", "Compressed?", "ID:ID*")
"""The arms of the choice in PayloadType, behind which Format may stand."""
TYPE_NAMES: Final = {
    "Message": "MessageType",
    "RequestMessage": "RequestMessageType",
    "ResponseMessage": "ResponseMessageType",
    "EventMessage": "EventMessageType",
    "FaultMessage": "FaultMessageType",
    "Header": "HeaderType",
    "ReplayDetection": "ReplayDetectionType",
    "User": "UserType",
    "Property": "MessageProperty",
    "Request": "RequestType",
    "Option": "OptionType",
    "Reply": "ReplyType",
    "Error": "ErrorType",
    "Location": "LocationType",
    "Object": "ObjectType",
    "OperationSet": "OperationSet",
    "Operation": "OperationType",
    "Payload": "PayloadType",
    "Name": "Name",
    "NameType": "NameType",
    "NameTypeAuthority": "NameTypeAuthority",
}
"""The schema's own names of the types, for xsi:type."""
SKIPPED: Final = frozenset({"Payload", "Operation"})
"""Types whose wildcard is not checked at all (processContents="skip"); that of the others is where it can be."""
