"""Frames as records and back, and the records of a fetch."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import AssignedPartition
from cimbus_kafka.naming import KAFKA_NAMING, KAFKA_SYNTAX
from cimbus_kafka.records import BatchReader, RecordReader, RecordWriter, topic_of

ALL = (Pattern(),)


def record(key=None, value=b"", headers=()):
    return SimpleNamespace(offset=0, key=key, value=value, headers=headers)


def test_a_frame_comes_back_with_all_it_has():
    frame = Frame(
        topic=Topic("area", "events", "Sensor_2.x", "created", "a/ü"), body=b"x", properties={"Verb": "created"}
    )
    out = RecordWriter(KAFKA_NAMING).write(frame)
    assert (out.topic, out.key) == ("area.events.Sensor_5F2_2Ex", "a/ü".encode())
    found = RecordReader(KAFKA_NAMING, ALL).read(out.topic, record(out.key, out.value, out.headers))
    assert found == frame


def test_a_record_of_somebody_else_is_read():
    found = RecordReader(KAFKA_NAMING, ALL).read("area.requests.Meter", record(b"m1", b"<x/>"))
    assert found == Frame(topic=Topic("area", "requests", "Meter", "get", "m1"), body=b"<x/>")


@pytest.mark.parametrize("name", ["area.events", "a.b.c.d"])
def test_a_topic_of_another_make_is_an_error(name):
    with pytest.raises(ValueError, match="template"):
        RecordReader(KAFKA_NAMING, ALL).read(name, record())


def test_headers_without_a_value_or_not_of_text_do_no_harm():
    found = RecordReader(KAFKA_NAMING, ALL).read("a.events.N", record(None, None, (("one", None), ("two", b"\xff"))))
    assert found is not None
    assert found.properties == {"one": "", "two": "\udcff"}
    assert found.body == b""
    assert RecordWriter(KAFKA_NAMING).write(found).headers == [("one", b""), ("two", b"\xff")]


def test_a_template_may_hold_the_verb_and_the_key():
    naming = Naming("{noun}.{verb}.{key}", KAFKA_SYNTAX)
    frame = Frame(topic=Topic("production", "events", "N", "created", "k"), body=b"")
    out = RecordWriter(naming).write(frame)
    assert out.topic == "N.created.k"
    assert RecordReader(naming, ALL).read(out.topic, record(out.key)) == frame


@pytest.mark.parametrize("address", ["queue:x", "", "topic:", "a/b", "x" * 250, "..", "ü"])
def test_an_address_that_is_none_of_kafkas_is_refused(address):
    with pytest.raises(ValueError, match="Kafka"):
        topic_of(address)


@pytest.mark.parametrize("address", ["x", "topic:a.b_c-d", "a..b", "._-"])
def test_an_address_of_kafkas_is_taken_as_it_is(address):
    assert topic_of(address) == address.removeprefix("topic:")


def fetched(offset, key=b"k"):
    return SimpleNamespace(offset=offset, key=key, value=b"%d" % offset, headers=())


def test_what_was_delivered_before_is_a_redelivery():
    partition = AssignedPartition(("a.events.N", 0), 5, before=7)
    found = BatchReader(KAFKA_NAMING, [Pattern()]).read(partition, [fetched(offset) for offset in (5, 6, 8)])

    assert [(frame.body, origin, attempt) for frame, origin, attempt in found] == [
        (b"5", (partition, 5), 2),
        (b"6", (partition, 6), 2),
        (b"8", (partition, 8), 1),
    ]
    assert (partition.tracker.position, partition.tracker.end) == (5, 9)


def test_what_no_pattern_matches_is_settled_at_once():
    partition = AssignedPartition(("a.events.N", 0), 0)
    reader = BatchReader(KAFKA_NAMING, [Pattern(key="k")])

    assert len(reader.read(partition, [fetched(0, b"other"), fetched(1), fetched(2, b"other")])) == 1
    assert partition.tracker.position == 1
    assert reader.skipped == 0


def test_records_of_other_topics_are_skipped_counted_and_logged_once(caplog):
    partition = AssignedPartition(("not.ours", 0), 0)
    reader = BatchReader(KAFKA_NAMING, [Pattern()])
    with caplog.at_level(logging.WARNING, "cimbus.kafka"):
        assert reader.read(partition, [fetched(0), fetched(1)]) == []

    assert reader.skipped == 2
    assert len(caplog.records) == 1
    assert partition.tracker.position == 2
