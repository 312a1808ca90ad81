"""ReplyType, and ErrorType with its parts."""

from __future__ import annotations

from cimbus.interface.model import Cim

from .request import ID
from .words import LevelKind, ResultKind


class Location(Cim):
    """ErrorType/Location: where in a chain of processing it went wrong.

    >>> Location(node="mdm-2", stage="validation").node
    'mdm-2'
    """

    node: str | None = None
    pipeline: str | None = None
    stage: str | None = None


class EnvelopeNameTypeAuthority(Cim):
    """NameTypeAuthority as the envelope orders it.

    >>> EnvelopeNameTypeAuthority(name="GRID").name
    'GRID'
    """

    name: str
    description: str | None = None


class EnvelopeNameType(Cim):
    """NameType as the envelope orders it (payloads put description first).

    >>> EnvelopeNameType(name="serial number").name
    'serial number'
    """

    name: str
    description: str | None = None
    NameTypeAuthority: EnvelopeNameTypeAuthority | None = None


class EnvelopeName(Cim):
    """Name as the envelope orders it.

    >>> EnvelopeName(name="4711", NameType=EnvelopeNameType(name="serial number")).name
    '4711'
    """

    name: str
    NameType: EnvelopeNameType | None = None


class Object(Cim, rename={"names": "Name", "object_type": "objectType"}):
    """ErrorType/object (deprecated by the standard): which object an error is about.

    >>> Object(mRID="meter-7", object_type="Meter").object_type
    'Meter'
    """

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
    """ErrorType. ``code`` is a text such as ``"2.4"``; the list is in ``cimbus.codes``, and peers have their own.

    >>> Error(code="2.4", level=LevelKind.FATAL, reason="no such meter").reason
    'no such meter'
    """

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
    """ReplyType: how a request ended.

    >>> Reply(result=ResultKind.FAILED, errors=(Error(code="2.4"),)).errors[0].code
    '2.4'
    """

    wildcard = "ID"  # ReplyType has its wildcard between ID and operationId, not at the end

    result: ResultKind
    errors: tuple[Error, ...] = ()
    ids: tuple[ID, ...] = ()
    operation_id: int | None = None
