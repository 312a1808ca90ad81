"""No two filters of an intake match the same topic, and together they match what was asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from cimbus.naming import MQTT_NAMING
from cimbus.topic import Pattern
from cimbus.transport import Intake
from cimbus_mqtt.filters import disjoint, filters_of
from cimbus_mqtt.options import durable_id, escaped

words = st.sampled_from(["a", "b", "+"])
filters = st.builds(
    lambda levels, rest: "/".join((*levels, "#") if rest else levels),
    st.lists(words, min_size=1, max_size=3),
    st.booleans(),
)
topics = [
    "/".join(levels)
    for one in "abx"
    for two in ("", "a", "b", "x")
    for three in ("", "a", "b", "x")
    for levels in [[level for level in (one, two, three) if level]]
]


@given(st.lists(filters, min_size=1, max_size=5))
def test_no_topic_is_matched_twice_and_none_is_lost(wanted):
    found = disjoint(wanted)
    for topic in topics:
        count = sum(topic_matches_sub(one, topic) for one in found)
        assert count <= 1, (topic, found)
        if any(topic_matches_sub(one, topic) for one in wanted):
            assert count == 1, (topic, found)


def test_what_does_not_overlap_stays():
    assert disjoint(["a/b/#", "a/c/#", "a/b/#"]) == ("a/c/#", "a/b/#")


def test_shared():
    intake = Intake(patterns=(Pattern(context="x", kind="events"),), group="a/b+c-d")
    assert filters_of(intake, MQTT_NAMING, shared=True) == ("$share/a%2Fb%2Bc%2Dd/x/events/#",)
    assert filters_of(intake, MQTT_NAMING, shared=False) == ("x/events/#",)


@given(st.text(min_size=1), st.text(), st.text(min_size=1), st.text())
def test_each_member_has_a_client_id_of_its_own(group, instance, other, others):
    legal = all(not 0xD800 <= ord(letter) <= 0xDFFF for letter in group + instance + other + others)
    if legal and (group, instance) != (other, others):
        assert durable_id(group, instance) != durable_id(other, others)
    assert not set(escaped(group)) & set("/+#-\0")
