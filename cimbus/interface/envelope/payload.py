"""PayloadType: what a message carries, and operation sets."""

from __future__ import annotations

from typing import Any

from cimbus.interface.model import AnyNoun, Cim

from .request import ID


class Operation(Cim, rename={"operation_id": "operationId", "element_operation": "elementOperation"}):
    """OperationType: one step of an OperationSet, with the noun it works on as ``payload``.

    >>> Operation(operation_id=1, noun="EndDeviceControls", verb="delete").operation_id
    1
    """

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
    """Several operations in one message: in ascending ``operation_id`` and all or nothing, where the flags say so.

    >>> steps = (Operation(operation_id=1, noun="EndDeviceControls", verb="delete"),)
    >>> OperationSet(enforce_msg_sequence=True, operations=steps).operations[0].verb
    'delete'
    """

    enforce_msg_sequence: bool | None = None
    enforce_transactional_integrity: bool | None = None
    operations: tuple[Operation, ...] = ()


class Payload(Cim):
    """PayloadType: what a message carries.

    Attributes:
        items: nouns, typed or as ``XmlElement``; the schema's wildcard allows more than one.
        in_request: the nouns were in the request area (the query of a ``get``), and are written there.
        operation_set: the OperationSet, if any.
        unopened: the text of a Compressed element that was not opened, since it is not gzip of a noun.
        was_compressed: the nouns were in a Compressed element, and are written into one again.
        ids: IDs.
        format: Format, what Compressed holds.

    >>> from cimbus import Message, nouns
    >>> Message.of(nouns.MeterReadings(), compress=True).payload_area.was_compressed
    True
    """

    items: tuple[Any, ...] = ()
    in_request: bool = False
    operation_set: OperationSet | None = None
    unopened: str | None = None
    was_compressed: bool = False
    ids: tuple[ID, ...] = ()
    format: str | None = None

    @property
    def only_nouns(self) -> bool:
        """Whether there is nothing but nouns in it, as in most messages.

        >>> from cimbus import Message, nouns
        >>> Message.of(nouns.MeterReadings()).payload_area.only_nouns
        True
        """
        return (
            self.extensions is None
            and self.operation_set is None
            and self.unopened is None
            and self.format is None
            and not (self.in_request or self.was_compressed or self.ids)
        )
