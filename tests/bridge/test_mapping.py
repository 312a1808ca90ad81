"""Names of topics on the other side, and names of buses: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.bridge import TopicMapping, hops
from cimbus.bridge.reply_routes import MOST, ReplyRoutes
from cimbus.interface.topic import Topic

TOPIC = Topic("production", "events", "EndDeviceEvents", "created", "UP/1")


@pytest.mark.parametrize(
    ("template", "topic"),
    [
        ("{context}/{kind}/{noun}/{verb}/{key}", TOPIC),
        ("{context}/{kind}/{noun}/{verb}", TOPIC),
        ("test/{kind}/{noun}/{verb}", Topic("test", "events", "EndDeviceEvents", "created", "UP/1")),
        ("{context}/{kind}/{noun}/{verb}/all", Topic("production", "events", "EndDeviceEvents", "created", "all")),
        ("{context}/{kind}/{noun}/{verb}/", Topic("production", "events", "EndDeviceEvents", "created", "")),
        ("{context}/requests/{noun}/{verb}", Topic("production", "requests", "EndDeviceEvents", "created", "UP/1")),
    ],
)
def test_a_template_makes_topics(template, topic):
    mapping = TopicMapping(template)
    assert mapping.topic(TOPIC) == topic
    assert mapping.address(TOPIC) is None


def test_a_destination_is_taken_literally():
    mapping = TopicMapping("queue:OUTAGE.{CONTEXT}.{noun}.{verb}")
    assert mapping.topic(TOPIC) == TOPIC
    assert mapping.address(TOPIC) == "queue:OUTAGE.PRODUCTION.EndDeviceEvents.created"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{context}/{kind}/{noun}", "levels context/kind/noun/verb/key"),
        ("", "levels"),
        ("a/b/c/d/e/f", "levels"),
        ("{context}/{kind}/Other/{verb}", "keeps {noun} and {verb}"),
        ("{context}/{kind}/{noun}/{word}", "unknown placeholder {word}; there are {context}"),
        ("{CONTEXT}/{kind}/{noun}/{verb}", "unknown placeholder {CONTEXT}"),
        ("TEST/{kind}/{noun}/{verb}", "lower case"),
        ("test/others/{noun}/{verb}", "a kind is events, requests, replies"),
        ("queue:", "no name"),
        ("queue:{what}", "unknown placeholder {what}"),
    ],
)
def test_a_template_that_is_none_says_why(template, text):
    with pytest.raises(ValueError, match=text.replace("{", r"\{")):
        TopicMapping(template)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("mqtt://ana:s3cret@Host:1883/?qos=2", "mqtt://host:1883"),
        ("kafka://a:1,b:2/", "kafka://a:1%2Cb:2"),
        ("sqlite:///var/lib/x.db?retention=5", "sqlite:/var/lib/x.db"),
        ("sqlite:///a b.db", "sqlite:/a%20b.db"),
        ("memory:shared", "memory:shared"),
    ],
)
def test_a_bus_is_called_by_its_address(url, name):
    assert hops.name_of(url) == name
    assert len(name.split()) == 1


def test_a_private_bus_is_like_no_other():
    assert hops.name_of("memory:") != hops.name_of("memory:")


@given(st.lists(st.text(st.characters(categories=("L", "N")), min_size=1), max_size=8))
def test_hops_are_read_back(names):
    text = ""
    for name in names:
        text = hops.added(hops.passed({"Hops": text}), name)
    found = hops.passed({"Hops": text})
    assert found == names
    assert all(hops.goes_round(found, name) for name in names)
    assert not hops.goes_round(found, "/elsewhere")


def test_nothing_goes_over_more_bridges_than_that():
    assert hops.goes_round([str(number) for number in range(hops.MOST)], "new")


def ask(returns, now=0.0, *, address="topic:mine", correlation="", message_id="m-1"):
    return returns.add(
        now, address=address, correlation=correlation, message_id=message_id, noun="N", context="production"
    )


def test_replies_find_their_request_by_either_name():
    returns = ReplyRoutes(60)
    made = ask(returns, correlation="c")
    assert (made.sent_as, made.correlation) == ("c", "c")
    assert returns.find("c") is made
    assert returns.find("m-1") is made
    assert returns.find("other") is None


def test_a_request_without_correlation_has_its_message_id():
    returns = ReplyRoutes(60)
    made = ask(returns)
    assert made.sent_as == made.correlation == "m-1"


def test_two_requesters_with_one_correlation_are_told_apart():
    returns = ReplyRoutes(60)
    one = ask(returns, correlation="1", message_id="m-1", address="topic:a")
    two = ask(returns, correlation="1", message_id="m-2", address="topic:b")
    assert two.sent_as != "1"
    assert two.correlation == "1"
    assert returns.find("1") is one
    assert returns.find(two.sent_as) is two
    assert returns.find("m-2") is two


def test_a_request_that_comes_again_keeps_its_name():
    returns = ReplyRoutes(60)
    assert ask(returns, correlation="c") is ask(returns, 1.0, correlation="c")
    assert len(returns) == 1


def test_requests_are_forgotten_in_time_and_in_number():
    returns = ReplyRoutes(10)
    ask(returns, 0.0, message_id="old")
    ask(returns, 10.0, message_id="new")
    assert returns.find("old") is None
    assert returns.find("new") is not None
    for number in range(MOST + 10):
        ask(returns, 10.0, message_id=str(number))
    assert len(returns) == MOST


def test_a_word_that_fills_a_destination_stays_in_its_level():
    topic = Topic("production", "events", "N.>", "created", "../x#")

    assert TopicMapping("queue:OUT.{noun}.{key}").address(topic) == "queue:OUT.N_2E_3E._2E_2E_2Fx_23"
