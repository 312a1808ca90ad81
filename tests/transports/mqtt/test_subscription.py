"""No two filters of a subscription match the same topic, and together they match what was asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from cimbus.interface.topic import Pattern
from cimbus.middleware.group import patterns_digest
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_mqtt.options import durable_id, safe
from cimbus_mqtt.subscription import MQTT_NAMING, disjoint, filters_of

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
    spec = SubscriptionSpec(patterns=(Pattern(context="x", kind="events"),), group="a/b+c-d")
    assert filters_of(spec, MQTT_NAMING, shared=True) == (
        f"$share/a%2Fb%2Bc%2Dd-{patterns_digest(spec.patterns)}/x/events/#",
    )
    assert filters_of(spec, MQTT_NAMING, shared=False) == ("x/events/#",)


@given(st.text(min_size=1), st.text(), st.text(min_size=1), st.text())
def test_each_member_has_a_client_id_of_its_own(group, instance, other, others):
    legal = all(not 0xD800 <= ord(character) <= 0xDFFF for character in group + instance + other + others)
    if legal and (group, instance) != (other, others):
        assert durable_id(group, "8a7c9c34", instance) != durable_id(other, "8a7c9c34", others)
    assert not set(safe(group)) & set("/+#-\0")
