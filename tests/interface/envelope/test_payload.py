"""The payload area and operation sets."""

from __future__ import annotations

from cimbus import Header, Message, XmlElement, decode, encode, nouns
from cimbus.interface.envelope import Operation, OperationSet, Payload


def test_an_empty_area_carries_nothing():
    message = Message(Header(verb="created", noun="X"), payload=Payload())

    assert (message.payload, message.payloads) == (None, ())
    assert b"Payload" not in encode(message)


def test_an_operation_works_on_a_noun_or_an_element():
    steps = OperationSet(
        enforce_transactional_integrity=True,
        operations=(
            Operation(operation_id=1, noun="EndDeviceEvents", verb="create", payload=nouns.EndDeviceEvents()),
            Operation(operation_id=2, noun="Widget", verb="delete", payload=XmlElement("Widget", "urn:w")),
        ),
    )

    for form in ("xml", "json"):
        assert decode(encode(Message.of(steps), form)).payload == steps
