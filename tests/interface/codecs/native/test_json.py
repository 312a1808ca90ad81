"""What the native codec reads of JSON, and what it leaves to the reader in Python."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

import cimbus
from cimbus import DEFAULT_LIMITS, Limits, Message, decode, decode_header, encode
from cimbus.codecs import stats
from cimbus.errors import DecodeError, UnsafeError
from cimbus.interface.codecs.json import read_json
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Meter, MeterReading, MeterReadings, Reading, Reference

from .codecs import codec, needs_native

WHEN = datetime(2026, 3, 1, tzinfo=UTC)


def event() -> Message[EndDeviceEvents]:
    detail = EndDeviceEvent(
        mRID="e-1", createdDateTime=WHEN, EndDeviceEventType=Reference(ref="3.26.0.47"), reason='a/b \\ "c"\n\tä'
    )
    return Message.of(EndDeviceEvents(EndDeviceEvent=[detail]), timestamp=WHEN, message_id="m-1", source="HES")


def tree() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(event(), "json"))
    return found


def octets(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).replace("\\\\", "\\\\").encode()


def in_reverse(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: in_reverse(item) for key, item in reversed(value.items())}
    return [in_reverse(item) for item in value] if isinstance(value, list) else value


@needs_native
def test_a_message_is_read_as_python_reads_it() -> None:
    document = encode(event(), "json")

    message = codec().decode_json(document)

    assert message == read_json(document, strict=False, limits=DEFAULT_LIMITS) == event()


@needs_native
def test_members_may_come_in_any_order_and_be_null() -> None:
    document = tree()
    document["EventMessage"]["Header"]["Comment"] = None
    document["EventMessage"]["Payload"]["EndDeviceEvents"]["EndDeviceEvent"][0]["severity"] = None

    assert codec().decode_json(octets(in_reverse(document))) == event()


LEFT = {
    "another root": lambda text: text.replace("EventMessage", "eventMessage"),
    "a member that is not known": lambda text: text.replace('"reason"', '"Reason"'),
    "a member that stands twice": lambda text: text.replace('"mRID"', '"reason":"x","mRID"'),
    "an area that stands twice": lambda text: text.replace('"Payload"', '"Payload":{},"Payload"'),
    "a text for an object": lambda text: text.replace('{"ref":"3.26.0.47"}', '"3.26.0.47"'),
    "a number for a text": lambda text: text.replace('"e-1"', "1"),
    "a time without a zone": lambda text: text.replace("00Z", "00"),
    "a verb in another case": lambda text: text.replace("created", "CREATED", 1),
    "an escape that may be no character": lambda text: text.replace("e-1", "\\u0001"),
    "an escaped name": lambda text: text.replace('"mRID"', '"mRI\\u0044"'),
    "a control character": lambda text: text.replace("e-1", "e\x01"),
    "a null for what is mandatory": lambda text: text.replace('{"ref":"3.26.0.47"}', "null"),
    "a missing mandatory member": lambda text: text.replace('"createdDateTime":"2026-03-01T00:00:00Z",', ""),
    "a second document": lambda text: text * 2,
    "an end that is missing": lambda text: text[:-1],
    "a comma at the end": lambda text: text[:-1] + ",}",
}


@needs_native
@pytest.mark.parametrize("change", LEFT)
def test_what_is_unusual_is_left_to_python(change: str) -> None:
    text = encode(event(), "json").decode()
    changed = LEFT[change](text)

    assert changed != text
    assert codec().decode_json(text.encode()) is not None
    assert codec().decode_json(changed.encode()) is None


@needs_native
@pytest.mark.parametrize("number", ["-0", "-0.0", "-00"])
def test_a_zero_with_a_sign_is_left_to_python(number: str) -> None:
    """There it has become an integer, which has none."""
    reading = Reading(timeStamp=WHEN, value=Decimal("7.5"), ReadingType=Reference(ref="0.0"))
    readings = MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID="m"), Readings=[reading])])
    text = encode(Message.of(readings, timestamp=WHEN), "json").decode()
    template = text.replace('"value":"7.5"', '"value":%s')

    assert template.count("%s") == 1
    assert codec().decode_json(text.encode()) is not None
    assert codec().decode_json((template % number).encode()) is None
    assert codec().decode_json((template % "-0.5").encode()) is not None


@needs_native
def test_octets_that_are_not_utf_8_are_left_to_python() -> None:
    assert codec().decode_json(encode(event(), "json").replace(b"e-1", b"\xff")) is None


@needs_native
def test_a_header_is_read_of_the_first_octets() -> None:
    document = encode(event(), "json")

    header = codec().decode_json_header(document[: document.index(b'"Payload"') + 3])

    assert header == event().header
    assert codec().decode_json_header(document[:30]) is None


@needs_native
def test_documents_are_counted() -> None:
    before = stats()

    _ = decode(encode(event(), "json"))
    _ = decode(b'{"header": {"verb": "get", "noun": "MeterReadings"}}')

    assert stats().json_decoded == before.json_decoded + 1
    assert stats().json_left == before.json_left + 1


@needs_native
def test_strict_reading_and_lower_limits_are_left_to_python_without_asking() -> None:
    before = stats()

    _ = decode(encode(event(), "json"), strict=True)
    _ = decode(encode(event(), "json"), limits=Limits(max_properties=1))

    assert stats().json_decoded == before.json_decoded
    assert stats().json_left == before.json_left


def test_a_document_beyond_the_limits_is_refused() -> None:
    with pytest.raises(UnsafeError, match="max_bytes"):
        _ = decode(encode(event(), "json"), limits=Limits(max_bytes=100))


def test_a_member_that_stands_twice_is_refused() -> None:
    document = encode(event(), "json").replace(b'"mRID":"e-1"', b'"mRID":"e-1","mRID":"e-2"')

    with pytest.raises(DecodeError, match="stands twice"):
        _ = decode(document)


def test_header_and_message_have_the_same_header() -> None:
    document = encode(event(), "json")

    assert decode_header(document) == decode(document).header == cimbus.decode(document).header
