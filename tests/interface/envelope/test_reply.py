"""The reply area: the schema's order, with its wildcard before operationId."""

from __future__ import annotations

from cimbus import Header, Message, XmlElement, decode, encode
from cimbus.interface.envelope import ID, Error, LevelKind, Location, Object, Reply, ResultKind
from cimbus.interface.model import Extensions

REPLY = Reply(
    result=ResultKind.FAILED,
    errors=(
        Error(
            code="2.4",
            level=LevelKind.FATAL,
            reason="no such meter",
            location=Location(node="mdm-2"),
            id=ID(value="e-1"),
            related_id=ID(value="r-1"),
            object=Object(mRID="meter-7", object_type="Meter"),
            operation_id=3,
        ),
    ),
    ids=(ID(value="i-1"),),
    operation_id=7,
    extensions=Extensions.of(XmlElement("Trace", "urn:x", text="t")),
)


def test_every_part_of_a_reply_is_written_where_the_schema_has_it():
    message = Message(Header(verb="reply", noun="X"), reply=REPLY)
    document = encode(message).decode()

    order = ["<Result>", "<Error>", "<ID>i-1", "Trace", "<operationId>7"]
    places = [document.index(text) for text in order]
    assert places == sorted(places)
    assert decode(document, strict=True).reply_area == REPLY
    assert decode(encode(message, "json")).reply_area == REPLY
