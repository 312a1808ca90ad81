"""One operation of an OperationSet: what it works on, and which elements it removes."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec

from cimbus.interface.codecs import decode_noun, encode_noun
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import Operation
from cimbus.interface.envelope.words import NAMESPACE
from cimbus.interface.message import Message
from cimbus.interface.model import Cim, find_class, spec_of

C = TypeVar("C", bound=Cim)

_IDENTITY: Final = frozenset({"mRID", "Names", "extensions"})
"""What says which object is meant, rather than which elements of it."""


class OperationStep(msgspec.Struct, frozen=True, kw_only=True):
    """One operation, as a handler gets it.

    Attributes:
        number: operationId.
        noun, verb: what it says; the noun is the payload's where it says none.
        payload: the noun that it works on, typed where it is registered; None if there is none.
        element_operation: whether it is about elements of an object rather than the object: a ``delete`` then removes
            the elements that are present, whatever their values (see ``remove_elements``).
        request: the message that it is in.

    >>> from cimbus.interface.envelope import OperationSet
    >>> steps = OperationSet(operations=(Operation(operation_id=7, noun="EndDeviceControls", verb="delete"),))
    >>> step_of(steps.operations[0], Message.of(steps)).number
    7
    """

    number: int
    noun: str
    verb: str
    payload: Any
    element_operation: bool
    request: Message[Any]


def step_of(operation: Operation, request: Message[Any]) -> OperationStep:
    """Return an operation of a message as a handler gets it."""
    payload = payload_of(operation)
    return OperationStep(
        number=operation.operation_id,
        noun=operation.noun or _name(payload),
        verb=operation.verb or "",
        payload=payload,
        element_operation=bool(operation.element_operation),
        request=request,
    )


def payload_of(operation: Operation) -> Cim | XmlElement | None:
    """Return what an operation works on: its first child in a foreign namespace.

    Children of the envelope's own namespace or of none, such as a vendor's flags, are no payload. Where the operation
    names its noun, the child of that name is the payload, whatever stands before it.

    >>> from cimbus.interface.model import Extensions
    >>> outage, flag = XmlElement("Outage", "urn:x"), XmlElement("urgent", "urn:vendor", text="true")
    >>> mixed = Operation(operation_id=1, noun="Outage", payload=flag, extensions=Extensions.of(outage))
    >>> payload_of(mixed)
    <Element Outage in 'urn:x', 0 children, text ''>
    """
    first: Cim | XmlElement | None = operation.payload
    kept = operation.extensions.elements if operation.extensions is not None else ()
    children = [child for child in (first, *(each.element for each in kept)) if child is not None]
    named = [child for child in children if operation.noun and _name(child) == operation.noun]
    foreign = [child for child in children if isinstance(child, Cim) or child.namespace not in ("", NAMESPACE)]
    for child in (*named, *foreign):
        return _typed(child)
    return None


def remove_elements(stored: C, given: Cim) -> C:
    """Return an object without the elements that another one has, mRID and Names aside: a ``delete`` of elements.

    Args:
        stored: the object as it is.
        given: the object of the operation's payload: its elements are present, and their values are ignored.

    Raises:
        TypeError: an element is mandatory, so an object without it could not be written; or the classes differ.

    >>> from cimbus.nouns import Status
    >>> remove_elements(Status(value="closed", reason="test", remark="kept"), Status(reason="any"))
    Status(remark='kept', value='closed')
    """
    if type(stored) is not type(given):
        raise TypeError(f"a {type(given).__name__} cannot say what to remove from a {type(stored).__name__}")
    defaults = {field.name: field for field in msgspec.structs.fields(type(stored))}
    removed: dict[str, Any] = {}
    for spec in spec_of(type(stored)).fields:
        if spec.name in _IDENTITY or getattr(given, spec.name) in (None, [], ()):
            continue
        field = defaults[spec.name]
        if field.required:
            raise TypeError(f"{type(stored).__name__}.{spec.name} is mandatory and cannot be removed")
        default = field.default_factory
        removed[spec.name] = field.default if default is msgspec.NODEFAULT else default()
    return msgspec.structs.replace(stored, **removed)


def _name(payload: Cim | XmlElement | None) -> str:
    if payload is None:
        return ""
    if isinstance(payload, XmlElement):
        return payload.name
    entry = find_class(type(payload))
    return entry.name if entry is not None else type(payload).__name__


def _typed(child: Cim | XmlElement) -> Cim | XmlElement:
    """Return a payload typed, where its noun is registered; one that the codec kept as an extension is not yet."""
    return decode_noun(encode_noun(child)) if isinstance(child, XmlElement) else child
