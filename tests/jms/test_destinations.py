"""Where messages go: literal addresses, and how each broker writes and reads them."""

from __future__ import annotations

import pytest

from cimbus.errors import UnsupportedError, UsageError
from cimbus.naming import Naming
from cimbus.topic import Pattern, Topic
from cimbus.transport import Intake
from cimbus_jms.destinations import ARTEMIS_NAMING, CLASSIC_NAMING, Destination, naming_of, read_address
from cimbus_jms.selecting import covering, selector_of
from cimbus_jms.stomp.dialects import DIALECTS, detect
from cimbus_jms.stomp.options import StompOptions

CLASSIC, ARTEMIS = DIALECTS["activemq"], DIALECTS["artemis"]
TOPIC = Topic("test", "events", "EndDeviceEvents", "created", "k")


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("A.B", "topic", "A.B"),
        ("topic:A.B", "topic", "A.B"),
        ("queue:A.B", "queue", "A.B"),
        ("queue:/remote-temp-queue/ID:host-1:1", "queue", "/remote-temp-queue/ID:host-1:1"),
        ("topic:temp-topic://6f1c", "topic", "temp-topic://6f1c"),
    ],
)
def test_literal_addresses(text, kind, name):
    assert read_address(text) == Destination(kind, name)
    assert read_address(str(Destination(kind, name))) == Destination(kind, name)


@pytest.mark.parametrize("text", ["", "topic:", "queue:", "A.*.B", "topic:A.>", "queue:A,B", "queue:A?x=1", "A\nB"])
def test_what_cannot_be_sent_to(text):
    with pytest.raises(ValueError, match="destination"):
        read_address(text)


@pytest.mark.parametrize("dialect", [CLASSIC, ARTEMIS], ids=["activemq", "artemis"])
@pytest.mark.parametrize("text", ["topic:A.B", "queue:A.B"])
def test_reply_to_comes_back(dialect, text):
    assert dialect.address(dialect.reply_to(read_address(text))) == text


@pytest.mark.parametrize(
    ("dialect", "theirs", "address", "headers"),
    [
        (
            CLASSIC,
            "/remote-temp-queue/ID:host-1:1",
            "queue:/remote-temp-queue/ID:host-1:1",
            (("destination", "/remote-temp-queue/ID:host-1:1"),),
        ),
        (
            CLASSIC,
            "/remote-temp-topic/ID:host-1:1",
            "topic:/remote-temp-topic/ID:host-1:1",
            (("destination", "/remote-temp-topic/ID:host-1:1"),),
        ),
        (
            ARTEMIS,
            "temp-queue://6f1c",
            "queue:temp-queue://6f1c",
            (("destination", "6f1c"), ("destination-type", "ANYCAST")),
        ),
        (
            ARTEMIS,
            "temp-topic://6f1c",
            "topic:temp-topic://6f1c",
            (("destination", "6f1c"), ("destination-type", "MULTICAST")),
        ),
        (ARTEMIS, "/temp-queue/x", "queue:/temp-queue/x", (("destination", "/temp-queue/x"),)),
        (ARTEMIS, "bare", "queue:bare", (("destination", "bare"), ("destination-type", "ANYCAST"))),
    ],
)
def test_what_a_requester_waits_at_can_be_sent_to(dialect, theirs, address, headers):
    assert dialect.address(theirs) == address
    assert dialect.destination(read_address(address)) == headers


def test_topics():
    assert CLASSIC_NAMING.address(TOPIC) == "VirtualTopic.TEST.EVENTS.EndDeviceEvents.created"
    assert ARTEMIS_NAMING.address(TOPIC) == "TEST.EVENTS.EndDeviceEvents.created"
    pattern = Pattern(context="test", noun="EndDeviceEvents")
    assert CLASSIC_NAMING.filter(pattern) == "VirtualTopic.TEST.*.EndDeviceEvents.>"
    assert ARTEMIS_NAMING.filter(pattern) == "TEST.*.EndDeviceEvents.#"
    copied = {"destination": "/queue/Consumer.g.X", "original-destination": "/topic/VirtualTopic.A"}
    assert CLASSIC.topic(copied) == "VirtualTopic.A"
    assert CLASSIC.topic({"destination": "/topic/A"}) == "A"
    assert ARTEMIS.topic({"destination": "A"}) == ARTEMIS.topic({"destination": "/topic/A"}) == "A"


def test_templates():
    assert naming_of("", ARTEMIS_NAMING) is ARTEMIS_NAMING
    assert naming_of("X.{noun}", CLASSIC_NAMING).family is CLASSIC_NAMING.family
    with pytest.raises(UsageError, match="template"):
        naming_of("{nonsense}", CLASSIC_NAMING)


@pytest.mark.parametrize(
    ("server", "name"),
    [
        ("ActiveMQ/5.17.2", "activemq"),
        ("ActiveMQ-Artemis/2.40.0 ActiveMQ Artemis Messaging Engine", "artemis"),
        ("RabbitMQ/3.12", None),
        ("", None),
    ],
)
def test_brokers_are_told_apart(server, name):
    found = detect(server)
    assert (found and found.name) == name


def intake(*patterns, **more):
    return Intake(patterns=patterns or (Pattern(context="test"),), **more)


def test_groups_at_classic_are_queues_of_virtual_topics():
    found = CLASSIC.subscription(intake(group="g/1", credit=7), CLASSIC_NAMING, StompOptions())
    assert found.name.startswith("Consumer.g_2F1-")
    assert found.name.endswith(".VirtualTopic.TEST.>")
    assert found.subscribe == (("destination", f"/queue/{found.name}"), ("activemq.prefetchSize", "7"))


def test_groups_at_classic_need_virtual_topics_and_no_selector():
    naming = naming_of("{CONTEXT}.{noun}", CLASSIC_NAMING)
    assert not CLASSIC.groups(naming)
    with pytest.raises(UnsupportedError, match="VirtualTopic"):
        CLASSIC.subscription(intake(group="g"), naming, StompOptions())
    with pytest.raises(UnsupportedError, match="selector"):
        CLASSIC.subscription(intake(group="g"), CLASSIC_NAMING, StompOptions(selector="a = 1"))


def test_groups_at_artemis_are_durable_subscriptions_of_one_client():
    durable = ARTEMIS.subscription(intake(group="g", durable=True), ARTEMIS_NAMING, StompOptions())
    passing = ARTEMIS.subscription(intake(group="g"), ARTEMIS_NAMING, StompOptions())
    assert durable.connect == passing.connect == (("client-id", "cimbus"),)
    assert durable.name != passing.name
    assert durable.forget == ()
    assert passing.forget == (("durable-subscription-name", passing.name.removeprefix("cimbus.")),)


@pytest.mark.parametrize("dialect", [CLASSIC, ARTEMIS], ids=["activemq", "artemis"])
def test_another_filter_is_another_subscription(dialect):
    """A group that hears something else must not get what was kept for what it heard before."""
    names = {
        dialect.subscription(intake(pattern, group="g"), dialect.naming, StompOptions()).name
        for pattern in (Pattern(context="test"), Pattern(context="test", noun="A"), Pattern(noun="A"))
    }
    assert len(names) == 3


def test_one_pattern_covers_all():
    one, two = Pattern(context="a", noun="X", verb="created"), Pattern(context="a", noun="Y", verb="created")
    assert covering([one]) == one
    assert covering([one, two]) == Pattern(context="a", verb="created")


def test_selectors_ask_for_what_addresses_do_not_tell():
    keyed = Naming("{CONTEXT}.{key}", CLASSIC_NAMING.family)
    key = Pattern(key="it's")
    assert selector_of([key], CLASSIC_NAMING) == "(Key IS NULL OR Key = 'it''s')"
    assert selector_of([key], CLASSIC_NAMING, "a = 1") == "(a = 1) AND ((Key IS NULL OR Key = 'it''s'))"
    assert selector_of([key], keyed) == ""
    assert selector_of([Pattern(noun="A")], CLASSIC_NAMING) == ""
    assert selector_of([Pattern(noun="A"), Pattern(noun="B")], CLASSIC_NAMING) == (
        "((Noun IS NULL OR Noun = 'A')) OR ((Noun IS NULL OR Noun = 'B'))"
    )
    assert selector_of([Pattern(noun="A"), Pattern(context="a")], CLASSIC_NAMING) == ""
    assert selector_of([Pattern(key="a\x00b")], CLASSIC_NAMING) == ""
