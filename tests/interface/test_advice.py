"""The standard's own rules stand above the schema, in a list of their own."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import Message, MessageType, nouns
from cimbus.interface.envelope import Error, Reply, ResultKind
from interface.codecs.codec_samples import header, message

GOOD = Message.of(nouns.EndDeviceEvents(), source="HES")


def advice(made: Message) -> str:
    return "\n".join(map(str, made.advice))


def test_a_message_that_keeps_the_rules_has_none():
    asked = Message.of(nouns.GetMeterReadings())

    assert GOOD.advice == asked.advice == asked.reply(nouns.MeterReadings()).advice == ()


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (
            Message(GOOD.replace(verb="create").header, message_type=MessageType.event, payload=GOOD.payload_area),
            "verb",
        ),
        (Message.of(None, verb="modify", noun="X"), "not one of the standard's"),
        (Message.of(None, verb="create", noun="X"), "without a payload"),
        (Message.of(None, verb="delete", noun="X"), "names no object"),
        (Message.of(None, verb="created", noun="X"), "event without a payload"),
        (Message.of(nouns.MeterReadings(), verb="get"), "no payload"),
        (GOOD.reply(errors=[Error(code="NA")]), "'NA' is not a code"),
        (GOOD.reply(errors=[Error(code="2.4")], result="OK"), "result OK with the code of an error"),
        (GOOD.reply(errors=[Error(code="0.0")], result="FAILED"), "no code of an error"),
        (Message(GOOD.header, reply=Reply(result=ResultKind.OK)), "without CorrelationID"),
        (GOOD.replace(reply_address="somewhere"), "neither topic:"),
        (GOOD.replace(async_reply_flag=True), "without a ReplyAddress"),
    ],
)
def test_what_breaks_a_rule_is_named(made, word):
    assert word in advice(made)


@pytest.mark.parametrize("root", ["RequestMessage", "ResponseMessage", "Message"])
@pytest.mark.parametrize("verb", ["created", "reply", "get"])
def test_strict_accepts_any_verb_in_any_root_and_conformance_does_not(root, verb):
    reply = "<Reply><Result>OK</Result></Reply>" if root == "ResponseMessage" else ""
    document = message("", root=root, head=header(verb), middle=reply)

    assert cimbus.decode(document, strict=True).header.verb == verb
    if cimbus.decode(document).advice:
        with pytest.raises(cimbus.StrictError) as caught:
            cimbus.decode(document, strict="conformance")
        assert caught.value.problems == cimbus.decode(document).advice


def test_an_event_in_the_present_tense_is_routed_in_the_past_and_keeps_its_verb():
    read = cimbus.decode(message(head=header("create")))

    assert read.header.verb == "create"
    assert read.topic().verb == "created"
    assert b"<Verb>create</Verb>" in cimbus.encode(read)
