"""Messages as bytes: against proton's own, with what is hostile, and as JMS has them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimbus.frame import Frame
from cimbus.topic import Topic
from cimbus_jms.destinations import Destination

from .amqp import proton

from cimbus_jms.amqp.mapping import MessageWriter, NotOursError, read_message  # isort: skip
from cimbus_jms.amqp.sections import Letter, read_letter, write_letter  # isort: skip
from cimbus_jms.amqp.values import DEPTH, MalformedError, read  # isort: skip

TOPIC = Topic("production", "events", "EndDeviceEvents", "created", "m1")
TO = Destination("topic", "PRODUCTION.EVENTS.EndDeviceEvents.created")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
names = st.text("abcXYZ_09", min_size=1, max_size=12).filter(lambda name: not name.startswith(("JMS", "Cim_", "_")))


def letters(message):
    """Return a message of proton's as we read it."""
    return read_letter(bytes(message.encode()))


# -- values and sections --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, 1, -1, 127, 128, -129, 2**31, -(2**63), "", "x" * 255, "x" * 256, "größe \U0001f50c", b"",
        b"\0" * 70_000, 0.5, uuid.UUID(int=5), [], [1, "a", [None]], {"a": 1, "b": {"c": [True]}},
        list(range(300)), {f"k{number}": number for number in range(200)},
    ],
)  # fmt: skip
def test_values_are_read_as_proton_writes_them(value):
    data = proton.Data()
    data.put_object(value)
    raw = bytes(data.encode())
    assert read(raw, 0) == (value, len(raw))


@pytest.mark.parametrize(
    "value",
    [
        proton.ubyte(200), proton.ushort(60_000), proton.uint(7), proton.uint(2**31), proton.uint(0), proton.ulong(9),
        proton.ulong(2**63), proton.ulong(0), proton.byte(-3), proton.short(-300), proton.int32(-5), proton.char("ß"),
        proton.timestamp(1_700_000_000_000), proton.float32(0.5), proton.symbol("amqp:x"),
        proton.Array(proton.UNDESCRIBED, proton.Data.INT, 1, -2, 3),
        proton.Array(proton.UNDESCRIBED, proton.Data.SYMBOL, "a", "bc"),
    ],
)  # fmt: skip
def test_typed_values_are_read_as_what_they_are_in_python(value):
    data = proton.Data()
    data.put_object(value)
    raw = bytes(data.encode())
    found, end = read(raw, 0)
    assert end == len(raw)
    if isinstance(value, proton.Array):
        assert found == list(value.elements)
    else:
        assert found == value


@given(
    body=texts | st.binary(max_size=400),
    properties=st.dictionaries(texts, texts, max_size=40),
    priority=st.integers(0, 9),
    ttl=st.none() | st.integers(0, 2**32 - 1),
    fields=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("message_id", "to", "subject", "reply_to", "correlation_id", "group"), texts)
    ),
)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_by_us_and_by_proton(body, properties, priority, ttl, fields):
    annotations = {"x-opt-jms-msg-type": 5}
    letter = Letter(
        body=body, durable=True, priority=priority, ttl=ttl, annotations=annotations, created=12_000, **fields,
        properties=properties,
    )  # fmt: skip
    data = write_letter(letter)
    assert read_letter(data) == letter
    message = proton.Message()
    message.decode(data)
    assert (bytes(message.body) if isinstance(body, bytes) else message.body) == body
    assert (message.properties or {}) == properties
    assert (message.durable, message.priority, message.annotations) == (True, priority, annotations)
    if "\0" not in fields.get("to", ""):  # what proton shows of a text ends there
        assert message.address == fields.get("to")
    assert message.correlation_id == fields.get("correlation_id")
    assert message.ttl == pytest.approx((ttl or 0) / 1000)


@given(data=st.binary(max_size=200), at=st.integers(0, 60), octet=st.integers(0, 255))
@settings(max_examples=400, deadline=None)
def test_no_octets_do_anything_but_raise_one_error(data, at, octet):
    """Neither random ones, nor a message with one that is wrong, nor one that ends early."""
    whole = write_letter(Letter(body="text", durable=True, to="a", group="g", properties={"a": "b", "c": "d"}))
    broken = bytearray(whole)
    broken[at % len(whole)] = octet
    for raw in (data, b"\x00\x53\x74" + data, bytes(broken), whole[: at % len(whole)]):
        with contextlib.suppress(MalformedError):
            read_letter(raw)


def test_nested_values_are_bounded():
    raw = b"\x40"
    for _ in range(DEPTH + 2):
        raw = b"\xd0" + (len(raw) + 4).to_bytes(4, "big") + b"\0\0\0\1" + raw
    with pytest.raises(MalformedError, match="deeply"):
        read(raw, 0)
    with pytest.raises(MalformedError):
        read(b"\xd0\0\0\0\4\xff\xff\xff\xff", 0)  # four thousand million items, and no octet for them


def test_properties_are_a_map_of_names():
    for items in (b"\xc1\x04\x02\xc0\x01\x00", b"\xc1\x03\x01\xa1\x00", b"\xa1\x01a"):
        with pytest.raises(MalformedError):
            read_letter(b"\x00\x53\x74" + items)


def test_octets_in_several_sections_are_one_body():
    assert read_letter(b"\x00\x53\x75\xa0\x02ab\x00\x53\x75\xa0\x01c").body == b"abc"


def test_sections_may_have_long_and_named_descriptors():
    name = b"amqp:amqp-value:*"
    assert read_letter(b"\x00\x80" + bytes(7) + b"\x77\xa1\x01a").body == "a"
    assert read_letter(b"\x00\xa3" + bytes([len(name)]) + name + b"\xa1\x01b").body == "b"


# -- as JMS has them ------------------------------------------------------------------------------------------------


@given(properties=st.dictionaries(names | texts, texts, max_size=8), body=st.binary(max_size=100))
@settings(max_examples=150, deadline=None)
def test_a_frame_comes_back_whole(properties, body):
    """Whatever is in its properties, names that Java has not included."""
    for name in ("JMSPriority", "JMSExpiration", "JMSXGroupID"):
        properties.pop(name, None)
    properties["Key"] = "m1"
    frame = Frame(topic=TOPIC, body=body, properties=properties)
    found = read_message(MessageWriter().write(frame, TO))
    assert (found.address, found.body, found.failures) == (TO.name, body, 0)
    assert found.properties == properties


@pytest.mark.parametrize(
    "properties",
    [
        {"CorrelationID": "c1", "ReplyAddress": "queue:A", "JMSType": "T", "JMSPriority": "0", "JMSExpiration": "9"},
        {"CorrelationID": "", "JMSType": "", "ReplyAddress": ""},
        {"ReplyAddress": "topic:a/b/c", "ContentType": "application/xml"},
        {"ReplyAddress": "bare", "JMSXGroupID": "other"},
        {"ReplyAddress": "queue:temp-queue://x?y#z"},
    ],
)
def test_what_jms_has_a_place_for_comes_back_from_there(properties):
    frame = Frame(topic=TOPIC, body=b"<x/>", properties=properties)
    found = read_message(MessageWriter().write(frame, TO))
    assert found.properties == {**properties, "Key": "m1"}


def test_each_message_has_an_id_and_its_own_life():
    writer = MessageWriter(time_to_live=2.5, priority=6, durable=False, now=lambda: 1000.0)
    usual = read_letter(writer.write(Frame(topic=TOPIC, body=b""), TO))
    own = read_letter(
        writer.write(Frame(topic=TOPIC, body=b"", properties={"JMSExpiration": "1000100", "JMSPriority": "1"}), TO)
    )
    assert (usual.expiry, usual.ttl, usual.priority, usual.durable) == (1_002_500, 2_500, 6, False)
    assert (own.expiry, own.ttl, own.priority) == (1_000_100, 100, 1)
    assert usual.message_id != own.message_id
    assert usual.created == 1_000_000


@pytest.mark.parametrize(("kind", "body"), [(1, b"x"), (2, {"a": 1}), (4, [1]), (None, {"a": 1}), (None, 5)])
def test_what_holds_no_document_is_not_ours(kind, body):
    annotations = {} if kind is None else {proton.symbol("x-opt-jms-msg-type"): proton.byte(kind)}
    message = proton.Message(body=body, address="a", annotations=annotations)
    with pytest.raises(NotOursError):
        read_message(bytes(message.encode()))


def test_delivery_count_and_foreign_ids():
    for identity in (7, uuid.UUID(int=1), "ID:x"):
        message = proton.Message(body="x", address="topic://A.B", id=identity, correlation_id=identity)
        message.delivery_count = 3
        found = read_message(bytes(message.encode()))
        assert (found.message_id, found.failures, found.address) == (identity, 3, "A.B")
        assert found.properties["CorrelationID"] == str(identity)


def test_without_proton_it_is_said_what_to_install():
    code = (
        "import sys; sys.modules['proton'] = None\n"
        "from cimbus.discovery import open_transport\n"
        "from cimbus.errors import MissingExtraError, UsageError\n"
        "try: open_transport('jms+amqp://localhost')\n"
        "except MissingExtraError as exc: print(exc)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'cimbus[amqp]'" in found.stdout
