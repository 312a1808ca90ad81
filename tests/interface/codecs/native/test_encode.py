"""Writing by the native codec: what it takes, what it leaves to the writer in Python, and that both write the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

import cimbus
from cimbus import Cim, EncodeError, Message, noun, nouns
from cimbus.interface.codecs.native import Loaded, NativeFront, load
from cimbus.interface.codecs.xml import render
from cimbus.interface.envelope import Error, Operation, OperationSet, Option, Request
from cimbus.interface.model import Attribute, CimEnum
from interface.codecs.codec_samples import message as document
from interface.model.profile import PROFILE

from .codecs import codec, needs_native

START = datetime(2026, 3, 1, tzinfo=UTC)
EVENT = Message.of(
    nouns.EndDeviceEvents(
        EndDeviceEvent=[
            nouns.EndDeviceEvent(
                mRID="a & <b>", createdDateTime=START, EndDeviceEventType=nouns.Reference(ref='"3.26\t\n')
            )
        ]
    )
)
QUERY = Message.of(nouns.GetMeterReadings(), request=Request(options=(Option(name="limit", value="1"),)))
PLAIN = {
    "an event": EVENT,
    "a query": QUERY,
    "a query alone": Message.of(nouns.GetMeterReadings()),
    "a request": Message.of(None, verb="delete", noun="EndDeviceControls", request=Request(start_time=START)),
    "a reply": QUERY.reply(nouns.MeterReadings(), errors=[Error(code="0.3")]),
    "an operation set": Message.of(
        OperationSet(operations=(Operation(operation_id=1, verb="create", payload=EVENT.payload),))
    ),
    "what was read": cimbus.decode(document()),
    "dates and durations": Message.of(PROFILE),
    "a time as it was written": cimbus.decode(document().replace("12:00:00Z", "12:00:00.000Z")),
}
LEFT = {
    "a fault": EVENT.fault(Error(code="1.8")),
    "compressed": Message.of(EVENT.payload, compress=True),
    "an element": Message.of(cimbus.XmlElement("Outage", "urn:x")),
    "an extension": Message.of(EVENT.payload, extensions=cimbus.Extensions(text="a")),
}


@needs_native
@pytest.mark.parametrize("case", PLAIN)
def test_a_plain_message_is_written_natively_and_as_in_python(case: str) -> None:
    written = codec().encode(PLAIN[case], False)

    assert written is not None
    assert written.decode() == render(PLAIN[case])
    assert cimbus.encode(PLAIN[case]) == written


@needs_native
@pytest.mark.parametrize("case", LEFT)
def test_what_is_unusual_is_left_to_the_writer_in_python(case: str) -> None:
    assert codec().encode(LEFT[case], False) is None
    assert cimbus.encode(LEFT[case]).decode() == render(LEFT[case])


@needs_native
def test_what_is_mandatory_and_missing_is_left_out_only_leniently() -> None:
    missing = Message.of(
        nouns.EndDeviceEvents(EndDeviceEvent=[nouns.EndDeviceEvent(createdDateTime=None, EndDeviceEventType=None)])
    )

    assert codec().encode(missing, False) is None
    with pytest.raises(EncodeError, match="mandatory and missing"):
        cimbus.encode(missing)
    written = codec().encode(missing, True)
    assert written is not None
    assert written.decode() == render(missing, lenient=True)


@needs_native
def test_it_counts_what_it_writes_and_what_it_leaves() -> None:
    front = NativeFront(load())

    assert front.encode(EVENT, lenient=False) is not None
    assert front.encode(LEFT["a fault"], lenient=False) is None
    assert (front.stats().encoded, front.stats().encode_left) == (1, 1)


def test_without_the_native_codec_python_writes() -> None:
    assert NativeFront(Loaded(None, "", "turned off")).encode(EVENT, lenient=False) is None


class Tree(Cim):
    name: Attribute = None
    branch: list[Tree] = []


noun("urn:example:tree")(Tree)  # it is looked up by its name when it is registered


def tree(levels: int) -> Message[Tree]:
    made = Tree(name="leaf")
    for _ in range(levels):
        made = Tree(branch=[made])
    return Message.of(made)


@needs_native
@pytest.mark.parametrize(("levels", "taken"), [(50, True), (150, False), (100_000, False)])
def test_objects_that_are_nested_deeply_are_left(levels: int, taken: bool) -> None:
    assert (codec().encode(tree(levels), False) is not None) is taken


class Shout(CimEnum):
    quiet = "quiet"

    def __format__(self, spec: str) -> str:
        return self.value.upper()


@noun("urn:example:voice")
class Voice(Cim):
    shout: Shout | None = None
    value: Decimal | None = None


@needs_native
def test_an_enumeration_that_is_formatted_otherwise_is_left() -> None:
    assert codec().encode(Message.of(Voice(shout=Shout.quiet)), False) is None
    assert codec().encode(Message.of(Voice()), False) is not None
    assert b"<shout>QUIET</shout>" in cimbus.encode(Message.of(Voice(shout=Shout.quiet)))


@needs_native
def test_a_number_with_an_exponent_is_left() -> None:
    made = Message.of(Voice(value=Decimal("1E+3")))

    assert codec().encode(made, False) is None
    assert b"<value>1000</value>" in cimbus.encode(made)


class Louder(Voice):
    more: str | None = None


@noun("urn:example:choir")
class Choir(Cim):
    voice: Voice | None = None


@needs_native
def test_an_object_of_a_derived_class_is_left() -> None:
    assert codec().encode(Message.of(Choir(voice=Voice())), False) is not None
    assert codec().encode(Message.of(Choir(voice=Louder(more="a"))), False) is None
    assert b"<voice/>" in cimbus.encode(Message.of(Choir(voice=Louder(more="a"))))


@needs_native
def test_the_offset_of_a_time_is_written() -> None:
    zone = timezone(timedelta(hours=-3, minutes=-30))
    written = codec().encode(EVENT.replace(timestamp=START.replace(tzinfo=zone)), False)

    assert written is not None
    assert b"<Timestamp>2026-03-01T00:00:00-03:30</Timestamp>" in written
