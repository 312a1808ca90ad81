"""Versions of a noun, siblings, complete payloads, verbs, and answers of the wrong noun."""

from __future__ import annotations

import anyio
import pytest

from cimbus import Bus, Cim, Component, Message, ReplyError, UnknownVerbError, Verb, XmlElement, noun
from cimbus.application.noun_versions import missing_in
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, GetMeterReadings, MeterReadings
from cimbus.testing import harness

from .support import LIMIT, event, query, readings, running

pytestmark = pytest.mark.anyio

V1, V2, V3 = (f"urn:test:{year}:WorkLog#" for year in (2026, 2027, 2028))


@noun(V1, name="WorkLog", about=("",))
class WorkLog(Cim):
    mRID: str
    text: str | None = None


@noun(V2, name="WorkLog", about=("",))
class WorkLog2027(Cim):
    mRID: str
    text: str | None = None
    author: str | None = None


@pytest.fixture(autouse=True)
def no_log(caplog):
    with caplog.at_level("CRITICAL", logger="cimbus"):
        yield


async def test_what_a_sibling_takes_is_no_dead_letter():
    app, got = Component("APP"), []

    @app.on(WorkLog, name="one")
    async def one(message: Message[WorkLog]):
        got.append(("one", type(message.payload)))

    @app.on(WorkLog2027, name="two", verb="created")
    async def two(message: Message[WorkLog2027]):
        got.append(("two", type(message.payload)))

    async with harness(app) as test:
        await test.publish(WorkLog(mRID="1"), WorkLog2027(mRID="2"))
        assert sorted(got) == [("one", WorkLog), ("two", WorkLog2027)]
        assert await test.dead_letters() == []
        assert (test.counts("one")["handled"], test.counts("two")["handled"]) == (1, 1)

        await test.publish(WorkLog2027(mRID="3"), verb="changed")  # the sibling does not receive this verb
        (letter,) = await test.dead_letters()
    assert letter.consumer == "APP.one"
    assert "WorkLog2027 of 'urn:test:2027:WorkLog#', not WorkLog; a handler takes other versions with" in (
        letter.reason
    )


async def test_another_component_keeps_what_it_cannot_take():
    one, two = Component("ONE"), Component("TWO")
    one.on(WorkLog, name="h")(lambda message: None)
    two.on(WorkLog2027, name="h")(lambda message: None)

    async with harness(one, two) as test:
        await test.publish(WorkLog2027(mRID="2"))
        assert [letter.consumer for letter in await test.dead_letters()] == ["ONE.h"]


async def test_a_handler_takes_other_namespaces_as_its_class():
    app, got = Component("APP"), []

    @app.on(WorkLog, name="h", also=[V2, V3])
    async def handle(message: Message[WorkLog]):
        got.append((type(message.payload), message.payload.mRID, message.payload.text))

    async with harness(app) as test:
        await test.publish(WorkLog2027(mRID="2", text="two", author="A"), WorkLog(mRID="1"))
        assert await test.dead_letters() == []
    assert sorted(got, key=str) == [(WorkLog, "1", None), (WorkLog, "2", "two")]


async def test_an_upcast_makes_the_class_of_the_handler():
    app, got = Component("APP"), []

    def to_2027(old: WorkLog) -> WorkLog2027:
        if old.mRID == "bad":
            raise LookupError("no author")
        return WorkLog2027(mRID=old.mRID, text=old.text, author="unknown")

    @app.on(WorkLog2027, name="h", upcast={WorkLog: to_2027})
    async def handle(message: Message[WorkLog2027]):
        got.append((message.header.source, message.payload.author))

    async with harness(app) as test:
        await test.publish(WorkLog(mRID="1"), WorkLog2027(mRID="2", author="A"), source="HES")
        await test.publish(WorkLog(mRID="bad"))
        (letter,) = await test.dead_letters()
    assert sorted(got) == [("HES", "A"), ("HES", "unknown")]
    assert letter.reason == "LookupError: no author"


async def test_two_versions_of_one_noun_in_batches():
    app, got = Component("APP"), []

    @app.on(WorkLog2027, name="h", batch=10, upcast={WorkLog: lambda old: WorkLog2027(mRID=old.mRID)})
    async def handle(messages: list[Message[WorkLog2027]]):
        got.append(sorted((type(message.payload).__name__, message.payload.mRID) for message in messages))

    async with harness(app) as test:
        await test.publish(WorkLog(mRID="1"), WorkLog2027(mRID="2"))
    assert got == [[("WorkLog2027", "1"), ("WorkLog2027", "2")]]


@pytest.mark.parametrize(
    ("noun", "options", "error", "why"),
    [
        (WorkLog, {"also": V2}, TypeError, "a list of namespaces"),
        (WorkLog, {"upcast": {WorkLog2027: 7}}, TypeError, "a function for each class"),
        (WorkLog, {"upcast": [WorkLog2027]}, TypeError, "a function for each class"),
        ("WorkLog", {"also": [V2]}, TypeError, "for a handler of a class"),
        (WorkLog, {"upcast": {MeterReadings: WorkLog}}, ValueError, "MeterReadings is MeterReadings, another noun"),
        (WorkLog, {"complete": "yes"}, TypeError, "complete is True or False"),
    ],
)
def test_versions_that_make_no_sense_are_refused(noun, options, error, why):
    with pytest.raises(error, match=why):
        Component("APP").on(noun, **options)


async def test_a_handler_of_complete_payloads_gets_no_others():
    app, got = Component("APP"), []
    app.on(EndDeviceEvents, name="complete", complete=True)(got.append)
    app.on(EndDeviceEvents, name="any")(lambda message: None)
    body = (
        b"<EventMessage xmlns='http://iec.ch/TC57/2011/schema/message'><Header><Verb>created</Verb>"
        b"<Noun>EndDeviceEvents</Noun></Header><Payload><EndDeviceEvents "
        b"xmlns='http://iec.ch/TC57/2011/EndDeviceEvents#'><EndDeviceEvent><mRID>E-1</mRID></EndDeviceEvent>"
        b"</EndDeviceEvents></Payload></EventMessage>"
    )
    from .support import frame

    async with running(app) as bus:
        await bus.transport.send([frame(body)])
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            await app.counters["complete"].reach(handled=1, dead_lettered=1)
            await app.counters["any"].reach(handled=2)
        (letter,) = await bus.dead_letters.letters()
    assert letter.reason.startswith("DecodeError: mandatory, and missing at EndDeviceEvents/EndDeviceEvent[1]/")
    assert len(got) == 1


def test_the_path_of_what_is_missing_is_told():
    assert missing_in(event()) == ""
    assert missing_in(XmlElement("X", "urn:x")) == ""
    assert missing_in(
        EndDeviceEvents(
            EndDeviceEvent=[event().EndDeviceEvent[0], EndDeviceEvent(createdDateTime=None, EndDeviceEventType=None)]
        )
    ) == ("EndDeviceEvents/EndDeviceEvent[2]/createdDateTime")


async def test_a_misspelt_verb_is_refused_unless_it_is_meant():
    app = Component("APP")
    with pytest.raises(UnknownVerbError, match=r"'creatd' is none of the verbs cancel, .*Verb.other\('creatd'\)"):
        app.on(EndDeviceEvents, verb="creatd")
    got = []
    app.on(EndDeviceEvents, verb=Verb.other("archived"), name="h")(got.append)
    async with harness(app) as test:
        bus = test.buses["default"]
        for misspelt in (event(), Message.of(event(), verb="created")):
            with pytest.raises(UnknownVerbError):
                await bus.publish(misspelt, verb="creatd")
        with pytest.raises(UnknownVerbError):
            await bus.publish(Message.of(event(), verb="creatd"))
        with pytest.raises(UnknownVerbError):
            bus.subscribe(EndDeviceEvents, verb="creatd")
        with pytest.raises(UnknownVerbError):
            await bus.request(query(), verb="gett")
        await test.publish(event(), verb=Verb.other("archived"))
        await test.publish(Message.of(event(), verb=Verb.other("archived")))
    assert [message.header.verb for message in got] == ["archived", "archived"]
    with pytest.raises(ValueError, match="not an empty text"):
        Verb.other("")


async def test_what_was_read_is_published_with_its_verb():
    async with Bus("memory:") as bus, bus.subscribe(verb=Verb.other("archived")) as found:
        await bus.publish(event(), verb=Verb.other("archived"))
        async with await found.receive() as message:
            with anyio.fail_after(LIMIT):
                await bus.publish(message)
        async with await found.receive() as message:
            assert message.header.verb == "archived"


@pytest.mark.parametrize("kind", ["payload", "message", "parts", "query"])
async def test_an_answer_of_another_noun_is_refused(kind):
    app = Component("APP")

    if kind == "parts":

        @app.answers(GetMeterReadings)
        async def answer(request):
            yield readings()
            yield event()
    else:
        wrong = {"payload": event(), "query": query()}

        @app.answers(GetMeterReadings)
        async def answer(request):
            return request.reply(event()) if kind == "message" else wrong[kind]

    async with harness(app) as test:
        with pytest.raises(ReplyError, match=r"5\.3"):
            await test.request(query())
        (letter,) = await test.dead_letters()
    assert "a query for MeterReadings is answered with MeterReadings" in letter.reason
    assert letter.attempts == 1


async def test_a_reply_without_a_payload_and_an_untyped_one_are_answers():
    app = Component("APP")

    @app.answers(GetMeterReadings)
    async def answer(request):
        meter = request.payload.EndDevice[0].mRID
        return None if meter == "none" else XmlElement("MeterReadings", "urn:x")

    async with harness(app) as test:
        assert (await test.request(query("none"))).result == "OK"
        assert (await test.request(query("xml"))).result == "OK"
