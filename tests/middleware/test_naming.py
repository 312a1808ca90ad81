"""An address can be read back, whatever its topic holds, and a filter covers what its pattern matches."""

from __future__ import annotations

import contextlib
import re
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cimbus.interface.topic import Kind, Pattern, Topic, kind_of_verb
from cimbus.middleware.naming import PATH_NAMING, Naming
from cimbus_jms.destinations import JMS_NAMING, JMS_SYNTAX
from cimbus_kafka.naming import KAFKA_NAMING, KAFKA_SYNTAX
from cimbus_mqtt.subscription import MQTT_NAMING, MQTT_SYNTAX

NAMINGS = [
    PATH_NAMING,
    MQTT_NAMING,
    KAFKA_NAMING,
    JMS_NAMING,
    Naming("utility/{kind}/{noun}/{verb}", MQTT_SYNTAX),
    Naming("{noun}/{key}", MQTT_SYNTAX),
    Naming("{context}.{kind}.{noun}.{verb}.{key}", KAFKA_SYNTAX),
    Naming("{CONTEXT}.{kind}.{noun}.{verb}.{key}", JMS_SYNTAX),
    Naming("{CONTEXT}.{KIND}.{NOUN}.{VERB}", JMS_SYNTAX),
]
namings = pytest.mark.parametrize("naming", NAMINGS, ids=[f"{n.syntax.separator}{n.template}" for n in NAMINGS])

HOSTILE = st.text(st.sampled_from("/.%_+#*>$\x00\x1f\x7f aZé電\ud800\udfff\uffff:;=?\\\n\U0001f50c"), max_size=12)
TEXT = HOSTILE | st.text(max_size=12)
LONG = st.builds(str.__add__, HOSTILE, st.sampled_from(["a" * 40_000, "/" * 1_000, "\ud800_" * 500, "é" * 600]))
WORDS = (HOSTILE.map(lambda text: text[:2]) | st.text(max_size=2)).filter(bool)  # or they do not fit on Kafka
CONTEXTS = WORDS.map(str.lower).filter(lambda word: word == word.lower())
KINDS = st.sampled_from([kind.value for kind in Kind])
TOPICS = st.builds(Topic, CONTEXTS, KINDS, WORDS, WORDS, TEXT | TEXT | LONG)


def properties(topic):
    """Mirror a topic as a bus does."""
    return {"Context": topic.context, "Noun": topic.noun, "Verb": topic.verb, "Key": topic.key}


def read_back(naming, topic):
    """Return the topic, but for a kind that neither address nor properties carry: then it follows from the verb."""
    found = naming.topic(naming.address(topic), properties(topic))
    return found if "kind" in naming.fields else Topic(found.context, topic.kind, found.noun, found.verb, found.key)


def covers(words, address, one, rest):
    """Return whether a filter covers an address, as brokers do it: MQTT 5.0, 4.7.1, and OpenWire's wildcards."""
    for place, word in enumerate(words):
        if word == rest and rest:
            return True
        if place >= len(address) or (word != address[place] and not (word == one and one)):
            return False
    return len(words) == len(address)


@namings
@given(topic=TOPICS)
def test_an_address_can_be_read_back(naming, topic):
    assert read_back(naming, topic) == topic


@namings
@given(topic=TOPICS)
def test_an_address_is_legal_and_not_too_long(naming, topic):
    address = naming.address(topic)

    assert len(address.encode()) <= naming.syntax.limit
    assert all(
        re.fullmatch(f"(?:{naming.syntax.legal}|{re.escape(naming.syntax.escape)})*", word)
        for word in address.split(naming.syntax.separator)
    )


@namings
@given(topic=TOPICS)
def test_what_an_address_carries_needs_no_properties(naming, topic):
    if not naming.template.islower():
        return  # upper case folds words together: only the properties tell them apart
    others = {name: value for name, value in properties(topic).items() if name.lower() not in naming.fields}
    address = naming.address(topic)
    found = naming.topic(address, others)

    shortened = {"key"} if naming.syntax.escape * 2 in address else set()
    assert all(getattr(found, field) == getattr(topic, field) for field in naming.fields - shortened)


def patterns_of(topic, opened):
    return Pattern(*(None if is_open else level for level, is_open in zip(topic.levels, opened, strict=True)))


OPENED = st.tuples(*[st.booleans()] * 5)


@namings
@given(topic=TOPICS, opened=OPENED)
@example(topic=Topic("c", "events", "N", "created"), opened=(False, False, False, False, True))
@example(topic=Topic("c", "events", "N", "created", "k" * 40_000), opened=(True, True, True, True, False))
@example(topic=Topic("c", "events", "N", "created", "k" * 40_000), opened=(False, False, False, False, False))
def test_a_filter_covers_what_its_pattern_matches(naming, topic, opened):
    pattern = patterns_of(topic, opened)
    address = naming.address(topic)
    assert re.fullmatch(naming.regex(pattern), address)
    try:
        words = naming.filter(pattern)
    except ValueError:
        assert not naming.syntax.one
        return

    syntax = naming.syntax
    assert len(words.encode()) <= syntax.limit
    assert covers(words.split(syntax.separator), address.split(syntax.separator), syntax.one, syntax.rest)


SMALL = st.builds(
    Topic,
    st.sampled_from(["a", "b"]),
    st.sampled_from(["events", "requests"]),
    st.sampled_from(["N", "M"]),
    st.sampled_from(["created", "get"]),
    st.sampled_from(["", "a", "b", "b" * 40_000]),
)


@namings
@given(topic=SMALL, other=SMALL, opened=OPENED)
def test_an_exact_filter_covers_nothing_else(naming, topic, other, opened):
    pattern = patterns_of(topic, opened)
    if not naming.exact(pattern) or pattern.matches(other):
        return
    assert not re.fullmatch(naming.regex(pattern), naming.address(other))
    try:
        words = naming.filter(pattern)
    except ValueError:
        return

    syntax = naming.syntax
    address = naming.address(other)
    assert not covers(words.split(syntax.separator), address.split(syntax.separator), syntax.one, syntax.rest)


@namings
@given(address=TEXT | st.lists(TEXT, max_size=6).map("/".join) | st.lists(TEXT, max_size=6).map(".".join))
def test_an_address_of_a_peer_is_read_or_refused_with_a_value_error(naming, address):
    try:
        topic = naming.topic(address, {})
    except ValueError:
        return

    assert isinstance(topic, Topic)


@pytest.mark.parametrize(
    ("naming", "address"),
    [
        (MQTT_NAMING, "production/events/EndDeviceEvents/created/a%2Fb"),
        (KAFKA_NAMING, "production.events.EndDeviceEvents"),
        (JMS_NAMING, "PRODUCTION.EVENTS.EndDeviceEvents.created"),
    ],
)
def test_the_defaults_look_as_people_expect(naming, address):
    assert naming.address(Topic("production", "events", "EndDeviceEvents", "created", "a/b")) == address


@pytest.mark.parametrize(
    "template",
    [
        "{noun}-{verb}",
        "{subject}",
        "{noun}/{noun}",
        "{key}/{noun}",
        "a+/{noun}",
        "{noun}//{verb}",
        "{Noun}",
        "",
        "noun",
    ],
)
def test_a_template_with_a_mistake_is_refused(template):
    with pytest.raises(ValueError, match=r"template|placeholder"):
        Naming(template, MQTT_SYNTAX)


def test_a_noun_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="longer than the 249 octets"):
        KAFKA_NAMING.address(Topic("production", "events", "N" * 300, "created"))


def test_the_kind_follows_from_the_verb():
    kinds = {verb: kind_of_verb(verb) for verb in ("created", "get", "reply", "cancel", "executed")}

    assert kinds == {
        "created": "events",
        "get": "requests",
        "reply": "replies",
        "cancel": "requests",
        "executed": "events",
    }


@namings
@pytest.mark.parametrize(
    "word", ["/" * 1_000_000, "\ud800" * 1_000_000, "x" * 1_000_000, "%" * 1_000_000, "." * 1_000_000]
)
def test_long_words_are_shortened_or_refused_without_being_written_out(naming, word):
    # each character that is escaped is one call
    counted = 0

    def count(_frame, event, _argument):
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with contextlib.suppress(ValueError):
            assert (
                len(naming.address(Topic("production", "events", "N", "created", word)).encode()) <= naming.syntax.limit
            )
        for levels in ((word, "events", "N", "created"), ("production", "events", word, "created")):
            with contextlib.suppress(ValueError):
                naming.address(Topic(*levels))
    finally:
        sys.setprofile(before)

    assert counted < 1_000


@namings
@given(address=HOSTILE | TEXT | LONG, given=st.dictionaries(st.sampled_from(["Context", "Noun", "Verb", "Key"]), TEXT))
def test_any_address_is_read_or_a_value_error(naming, address, given):
    for read in (naming.topic, naming.destination):
        with contextlib.suppress(ValueError):
            assert all(isinstance(level, str) for level in read(address, given).levels)


@pytest.mark.parametrize("octets", ["%ED%A0%80", "%C3", "%FF", "%", "%%", "%ZZ", "%2"])
def test_octets_that_are_no_text_are_read_or_a_value_error(octets):
    with contextlib.suppress(ValueError):
        PATH_NAMING.topic(f"production/events/N/created/{octets}", {})


def test_an_error_does_not_repeat_a_long_address():
    with pytest.raises(ValueError, match="not an address") as caught:
        PATH_NAMING.topic("x/" * 100_000, {})

    assert len(str(caught.value)) < 500


def test_an_address_that_was_read_before_is_read_with_its_own_properties():
    """What an address leaves to the properties may be another thing each time."""
    naming = Naming("{context}/{kind}/{noun}/{verb}/{key}", MQTT_SYNTAX)
    one, other = (Topic("test", "events", "X", "created", "k" * 40_000 + end) for end in "12")
    shortened = naming.address(one)
    plain = "test/events/X/created/meter 7"

    assert [naming.topic(shortened, {"Key": each.key}) for each in (one, other)] == [one, other]
    assert [naming.topic("test/events//created/k", {"Noun": noun}).noun for noun in "AB"] == ["A", "B"]
    assert [naming.topic(plain, {"Key": key, "Noun": "Y"}) for key in "ab"] == [
        Topic("test", "events", "X", "created", "meter 7")
    ] * 2
    for _ in range(2):
        with pytest.raises(ValueError, match="not an address of the template"):
            naming.topic("test/events", {})
        with pytest.raises(ValueError, match="lower case"):
            naming.topic("TEST/events/X/created", {})
