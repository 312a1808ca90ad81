"""Records and frames, and the topics that patterns mean."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cimbus.frame import Frame
from cimbus.naming import KAFKA_FAMILY, KAFKA_NAMING, Naming
from cimbus.topic import Pattern, Topic
from cimbus_kafka.names import Names
from cimbus_kafka.options import MARKER, group_id
from cimbus_kafka.records import Reader, Writer, topic_of

ALL = (Pattern(),)


def record(key=None, value=b"", headers=()):
    return SimpleNamespace(offset=0, key=key, value=value, headers=headers)


def test_a_frame_comes_back_with_all_it_has():
    frame = Frame(
        topic=Topic("area", "events", "Sensor_2.x", "created", "a/ü"), body=b"x", properties={"Verb": "created"}
    )
    out = Writer(KAFKA_NAMING).write(frame)
    assert (out.topic, out.key) == ("area.events.Sensor_5F2_2Ex", "a/ü".encode())
    found = Reader(KAFKA_NAMING, ALL).read(out.topic, record(out.key, out.value, out.headers))
    assert found == frame


def test_a_record_of_somebody_else_has_the_verb_that_is_usual():
    reader = Reader(KAFKA_NAMING, ALL)
    for kind, verb in (("events", "created"), ("requests", "get"), ("replies", "reply"), ("weather", "created")):
        found = reader.read(f"area.{kind}.Meter", record(b"m1", b"<x/>"))
        assert found is not None
        assert found.topic == Topic("area", kind, "Meter", verb, "m1")
        assert found.body == b"<x/>"


@pytest.mark.parametrize("name", ["area.events", "a.b.c.d"])
def test_a_topic_of_another_make_is_an_error(name):
    with pytest.raises(ValueError, match="template"):
        Reader(KAFKA_NAMING, ALL).read(name, record())


def test_headers_without_a_value_or_not_of_text_do_no_harm():
    found = Reader(KAFKA_NAMING, ALL).read("a.events.N", record(None, None, (("one", None), ("two", b"\xff"))))
    assert found is not None
    assert found.properties == {"one": "", "two": "\udcff"}
    assert found.body == b""
    assert Writer(KAFKA_NAMING).write(found).headers == [("one", b""), ("two", b"\xff")]


def test_patterns_choose_by_key_too():
    patterns = (Pattern(noun="A", key="x"), Pattern(noun="A", key=""), Pattern(noun="B"))
    reader = Reader(KAFKA_NAMING, patterns)
    for noun, key, wanted in (("A", "x", 1), ("A", "y", 0), ("A", "", 1), ("B", "y", 1), ("C", "x", 0)):
        assert bool(reader.read(f"a.events.{noun}", record(key.encode()))) == bool(wanted), (noun, key)


def test_a_template_may_hold_the_verb_and_the_key():
    naming = Naming("{noun}.{verb}.{key}", KAFKA_FAMILY)
    frame = Frame(topic=Topic("production", "events", "N", "created", "k"), body=b"")
    out = Writer(naming).write(frame)
    assert out.topic == "N.created.k"
    assert Reader(naming, ALL).read(out.topic, record(out.key)) == frame


@pytest.mark.parametrize("address", ["queue:x", "", "topic:", "a/b", "x" * 250, "..", "ü"])
def test_an_address_that_is_none_of_kafkas_is_refused(address):
    with pytest.raises(ValueError, match="Kafka"):
        topic_of(address)


@pytest.mark.parametrize("address", ["x", "topic:a.b_c-d", "a..b", "._-"])
def test_an_address_of_kafkas_is_taken_as_it_is(address):
    assert topic_of(address) == address.removeprefix("topic:")


def test_names_are_fixed_where_the_patterns_say_all_that_stands_in_them():
    names = Names(KAFKA_NAMING, (Pattern("a", "events", "N", None, "k"), Pattern("a", "events", "M")))
    assert names.fixed == {"a.events.N", "a.events.M"}
    assert not names.open
    assert names.match("a.events.M")
    assert not names.match("a.events.O")


def test_names_are_open_where_they_do_not():
    names = Names(KAFKA_NAMING, (Pattern(context="a"), Pattern(noun="N")))
    assert names.open
    for name, wanted in (("a.events.X", True), ("b.replies.N", True), ("b.replies.X", False), (MARKER, False)):
        assert names.match(name) == wanted


def test_groups_of_different_names_are_different():
    names = ["a", "a b", "a%20b", "ü", "a/b", "a-b", "A"]
    assert len({group_id(name) for name in names}) == len(names)
    assert group_id("a b") == "cimbus-a%20b"
