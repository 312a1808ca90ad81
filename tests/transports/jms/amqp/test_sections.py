"""The sections of messages, read by us and by proton."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimbus.middleware.net import MalformedError

from .support import proton

from cimbus_jms.amqp.sections import MessageSections, read_sections, write_sections  # isort: skip

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


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
    sections = MessageSections(
        body=body, durable=True, priority=priority, ttl=ttl, annotations=annotations, created=12_000, **fields,
        properties=properties,
    )  # fmt: skip
    data = write_sections(sections)
    assert read_sections(data) == sections
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
    whole = write_sections(
        MessageSections(body="text", durable=True, to="a", group="g", properties={"a": "b", "c": "d"})
    )
    broken = bytearray(whole)
    broken[at % len(whole)] = octet
    for raw in (data, b"\x00\x53\x74" + data, bytes(broken), whole[: at % len(whole)]):
        with contextlib.suppress(MalformedError):
            read_sections(raw)


def test_properties_are_a_map_of_names():
    for items in (b"\xc1\x04\x02\xc0\x01\x00", b"\xc1\x03\x01\xa1\x00", b"\xa1\x01a"):
        with pytest.raises(MalformedError):
            read_sections(b"\x00\x53\x74" + items)


def test_octets_in_several_sections_are_one_body():
    assert read_sections(b"\x00\x53\x75\xa0\x02ab\x00\x53\x75\xa0\x01c").body == b"abc"


def test_sections_may_have_long_and_named_descriptors():
    name = b"amqp:amqp-value:*"
    assert read_sections(b"\x00\x80" + bytes(7) + b"\x77\xa1\x01a").body == "a"
    assert read_sections(b"\x00\xa3" + bytes([len(name)]) + name + b"\xa1\x01b").body == "b"


def test_data_sections_are_one_body():
    piece = b"\x00\x53\x75\xa0\x02hi"

    assert read_sections(piece * 3).body == b"hihihi"
