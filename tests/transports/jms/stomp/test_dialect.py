"""What is special at each broker: destinations, groups, and who it is."""

from __future__ import annotations

import pytest

from cimbus.errors import UnsupportedError
from cimbus.interface.topic import Pattern
from cimbus.middleware.naming import Naming
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_jms.destinations import ARTEMIS_NAMING, CLASSIC_NAMING, read_address
from cimbus_jms.options import StompOptions
from cimbus_jms.stomp.endpoint import DIALECTS, detect

CLASSIC, ARTEMIS = DIALECTS["activemq"], DIALECTS["artemis"]


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


def spec(*patterns, **more):
    return SubscriptionSpec(patterns=patterns or (Pattern(context="test"),), **more)


def test_groups_at_classic_are_queues_of_virtual_topics():
    found = CLASSIC.subscription(spec(group="g/1", credit=7), CLASSIC_NAMING, StompOptions())
    assert found.name.startswith("Consumer.g_2F1-")
    assert found.name.endswith(".VirtualTopic.TEST.>")
    assert found.subscribe == (("destination", f"/queue/{found.name}"), ("activemq.prefetchSize", "7"))


def test_groups_at_classic_need_virtual_topics_and_no_selector():
    naming = Naming.from_option("{CONTEXT}.{noun}", CLASSIC_NAMING)
    assert not CLASSIC.groups(naming)
    with pytest.raises(UnsupportedError, match="VirtualTopic"):
        CLASSIC.subscription(spec(group="g"), naming, StompOptions())
    with pytest.raises(UnsupportedError, match="selector"):
        CLASSIC.subscription(spec(group="g"), CLASSIC_NAMING, StompOptions(selector="a = 1"))


def test_groups_at_artemis_are_durable_subscriptions_of_one_client():
    durable = ARTEMIS.subscription(spec(group="g", durable=True), ARTEMIS_NAMING, StompOptions())
    passing = ARTEMIS.subscription(spec(group="g"), ARTEMIS_NAMING, StompOptions())
    assert durable.connect == passing.connect == (("client-id", "cimbus"),)
    assert durable.name != passing.name
    assert durable.forget == ()
    assert passing.forget == (("durable-subscription-name", passing.name.removeprefix("cimbus.")),)


@pytest.mark.parametrize("dialect", [CLASSIC, ARTEMIS], ids=["activemq", "artemis"])
def test_another_filter_is_another_subscription(dialect):
    """A group that hears something else must not get what was kept for what it heard before."""
    names = {
        dialect.subscription(spec(pattern, group="g"), dialect.naming, StompOptions()).name
        for pattern in (Pattern(context="test"), Pattern(context="test", noun="A"), Pattern(noun="A"))
    }
    assert len(names) == 3


def test_bytes_are_counted_at_artemis_only():
    wanted = SubscriptionSpec(patterns=(Pattern(),))
    options = StompOptions(prefetch=1000)
    assert ("consumer-window-size", "1000") in ARTEMIS.subscription(wanted, ARTEMIS.naming, options).subscribe
    with pytest.raises(UnsupportedError, match="leave it out"):
        CLASSIC.subscription(wanted, CLASSIC.naming, options)
