"""Properties as MQTT has them, and the data types that packets are made of."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.correlation_data import correlation_of, write_data
from cimbus.middleware.net import MalformedError
from cimbus_mqtt.properties import read_properties, read_varint, write_properties, write_varint

names = st.one_of(
    st.sampled_from(["ContentType", "ReplyAddress", "MessageID", "CorrelationID", "Key", "%x", "%41"]),
    st.text(max_size=12),
)


@given(st.dictionaries(names, st.one_of(st.text(max_size=40), st.text(max_size=9).map(lambda t: "topic:" + t))))
def test_properties_come_back_exactly(properties):
    assert read_properties(write_properties(properties)) == properties


@given(st.text(st.characters(categories=["Cs", "Cc", "Cn", "Lu"]), max_size=10))
def test_what_mqtt_strings_cannot_hold_is_written_so_that_they_can(value):
    raw = write_properties({value: value})
    assert read_properties(raw) == {value: value}
    length = raw[1] << 8 | raw[2]
    name = raw[3 : 3 + length].decode()  # legal UTF-8, in particular no surrogates
    assert not any(
        unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE for character in name
    )


def test_standard_places():
    raw = write_properties({"ContentType": "application/xml", "ReplyAddress": "topic:a/b", "MessageID": "m"})
    assert raw.startswith(b"\x03\x00\x0fapplication/xml\x08\x00\x03a/b")
    assert raw.endswith(b"\x09\x00\x01m")


def test_the_time_that_is_left_is_the_expiry_interval():
    properties = {"JMSExpiration": "1800000002500"}
    assert write_properties(properties).find(b"\x02") < 0
    assert write_properties(properties, 1_800_000_000.0).endswith(b"\x02\0\0\0\x03")
    assert write_properties(properties, 1_800_000_009.0).endswith(b"\x02\0\0\0\x01")  # 0 would be no limit to some
    assert write_properties({"JMSExpiration": "9" * 18}, 0.0).find(b"\x02") < 0
    assert read_properties(b"\x02\0\0\0\x03", 1_800_000_000.0) == {"JMSExpiration": "1800000003000"}
    assert read_properties(write_properties(properties, 1.0), 99.0) == properties


@given(st.binary(max_size=20), st.dictionaries(st.sampled_from(["CorrelationID", "MessageID"]), st.text(max_size=3)))
def test_correlation_data_of_any_octets_come_back(data, names):
    raw = write_properties(names | {"CorrelationData": write_data(data)})
    assert b"\x09" + len(data).to_bytes(2, "big") + data in raw
    assert correlation_of(read_properties(raw)) == data


def test_a_foreign_request_has_correlation_data_only():
    assert read_properties(b"\x08\x00\x01r\x09\x00\x02id") == {"ReplyAddress": "topic:r", "CorrelationID": "id"}
    assert read_properties(b"\x09\x00\x02\xff\xfe") == {"CorrelationID": "fffe", "CorrelationData": "%FF%FE"}
    assert read_properties(b"\x01\x01\x02\x00\x00\x00\x09\x0b\x81\x01\x23\x00\x01") == {}


@pytest.mark.parametrize(
    "raw", [b"\x55", b"\x03\x00\x05ab", b"\x03\x00\x01\xff", b"\x02\x00", b"\x0b\x80", b"\x26\x00\x01a"]
)
def test_properties_that_are_none(raw):
    with pytest.raises(MalformedError):
        read_properties(raw)


def test_a_property_that_is_too_long():
    with pytest.raises(ValueError, match="65535"):
        write_properties({"Source": "x" * 65_536})


@given(st.integers(0, 268_435_455))
def test_lengths_round(value):
    raw = write_varint(value)
    assert read_varint(raw, 0, len(raw)) == (value, len(raw))
    assert len(raw) == 1 + (value > 127) + (value > 16_383) + (value > 2_097_151)


@pytest.mark.parametrize("value", [-1, 268_435_456])
def test_lengths_that_mqtt_cannot_say(value):
    with pytest.raises(ValueError):
        write_varint(value)
