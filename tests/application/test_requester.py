"""Asking and answering: what correlates, what times out, what is refused, and replies in parts."""

from __future__ import annotations

import anyio
import pytest

from cimbus import (
    Bus,
    Header,
    Message,
    NotAuthorizedError,
    ReplyError,
    ReplyTimeoutError,
    RequestError,
    RequestFailedError,
    RequestRefusedError,
)
from cimbus.application.correlation import reply_destination
from cimbus.application.marshal import pack
from cimbus.interface.envelope import Error
from cimbus.nouns import EndDeviceEvents, MeterReadings

from .support import LIMIT, answering, event, frame, query, read, readings, running, until

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("error")]


async def test_a_query_is_answered():
    async with running(answering(read), source="HES") as bus:
        reply = await bus.request(query("M-7"), timeout=LIMIT)
        assert isinstance(reply.payload, MeterReadings)
        assert reply.payload.MeterReading[0].Meter.mRID == "M-7"
        assert (reply.result, reply.header.verb, reply.header.noun) == ("OK", "reply", "MeterReadings")


async def test_a_component_signs_its_replies_where_the_bus_has_no_name():
    async with running(answering(read)) as bus:
        assert (await bus.request(query(), timeout=LIMIT)).header.source == "MDM"


async def test_many_requests_at_once_each_get_their_own_reply():
    async with running(answering(read, concurrency=4)) as bus:
        got = {}

        async def ask(meter):
            reply = await bus.request(query(meter), timeout=LIMIT)
            got[meter] = reply.payload.MeterReading[0].Meter.mRID

        async with anyio.create_task_group() as group:
            for number in range(30):
                group.start_soon(ask, f"M-{number}")
        assert len(got) == 30
        assert all(meter == answer for meter, answer in got.items())


@pytest.mark.parametrize("name", ["correlation_id", "message_id"])
async def test_a_reply_is_matched_by_either_of_the_request_s_ids(name):
    async def answer(request):
        return Message(request.reply(readings(), correlation_id=getattr(request.header, name)).header, reply=OK)

    OK = Message.of(query()).reply().reply_area
    async with running(answering(answer)) as bus:
        reply = await bus.request(query(), correlation_id="c-1", message_id="m-1", timeout=LIMIT)
        assert reply.header.correlation_id == {"correlation_id": "c-1", "message_id": "m-1"}[name]


async def test_a_message_without_ids_is_answered_too():
    async def answer(request):
        return None

    async with running(answering(answer, EndDeviceEvents, verb="create")) as bus:
        bare = Message(Header(verb="create", noun="EndDeviceEvents"), payload=Message.of(event()).payload_area)
        reply = await bus.request(bare, timeout=LIMIT)
        assert (reply.result, reply.payload) == ("OK", None)


async def test_no_answer_comes_in_time():
    async with Bus("memory:") as bus:
        with pytest.raises(ReplyTimeoutError, match=r"no reply from MeterReadings in 0\.05 s") as caught:
            await bus.request(query(), timeout=0.05)
        assert isinstance(caught.value, TimeoutError)


async def test_a_late_reply_is_counted_and_the_next_request_works():
    too_late = anyio.Event()

    async def slow(request):
        if request.payload.EndDevice[0].mRID == "slow":
            await too_late.wait()
        return readings()

    async with running(answering(slow)) as bus:
        with pytest.raises(ReplyTimeoutError):
            await bus.request(query("slow"), timeout=0.5)
        too_late.set()
        assert (await bus.request(query(), timeout=LIMIT)).result == "OK"
        assert bus._replies._pending.unclaimed == 1
        assert not bus._replies._pending._by_name


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("2.4", RequestRefusedError),
        ("6.1", RequestRefusedError),
        ("4.1", RequestFailedError),
        ("5.1", RequestFailedError),
        ("7.1", NotAuthorizedError),
        ("9.9", ReplyError),
    ],
)
async def test_a_refusal_is_raised_as_its_category(code, kind):
    async def refuse(request):
        raise ReplyError.of(code, "because")

    component = answering(refuse)
    async with running(component) as bus:
        with pytest.raises(ReplyError) as caught:
            await bus.request(query(), timeout=LIMIT)
        assert type(caught.value) is kind
        assert (caught.value.code, caught.value.reason) == (code, "because")
        assert caught.value.message.result == "FAILED"
        assert not await bus.dead_letters.letters()
    assert component.counters["GetMeterReadings.get"].handled == 1


async def test_all_errors_of_a_refusal_arrive():
    async def refuse(request):
        raise ReplyError("2.4", errors=[Error(code="2.4", reason="one"), Error(code="2.9", reason="two")])

    async with running(answering(refuse)) as bus:
        with pytest.raises(RequestRefusedError) as caught:
            await bus.request(query(), timeout=LIMIT)
        assert [error.reason for error in caught.value.errors] == ["one", "two"]


async def test_a_handler_that_breaks_is_tried_again_and_then_answers_failed(caplog):
    async def broken(request):
        raise ZeroDivisionError("mine")

    component = answering(broken)
    async with running(component) as bus:
        with pytest.raises(RequestFailedError, match=r"5\.3 the handler failed: incident (\w+)") as caught:
            await bus.request(query(), timeout=LIMIT)
        assert "mine" not in str(caught.value)
        incident = str(caught.value).partition("incident ")[2].partition(" ")[0]
        assert f"incident {incident}" in caplog.text
        assert "ZeroDivisionError: mine" in caplog.text
        with anyio.fail_after(LIMIT):
            await until(lambda: component.counters["GetMeterReadings.get"].dead_lettered)
        (letter,) = await bus.dead_letters.letters()
        assert letter.attempts == 2


async def test_a_request_that_cannot_be_read_gets_a_fault():
    async with running(answering(read)) as bus:
        await bus._replies.open(bus._tasks)
        request = bus._requester._stamped(query(), None, asynchronous=False)
        from cimbus.application.correlation import PendingRequest

        waiting = PendingRequest(request)
        bus._replies._pending.add(waiting)
        names = {"ReplyAddress": request.header.reply_address, "MessageID": request.header.message_id}
        await bus.transport.send([frame(b"<torn", kind="requests", noun="MeterReadings", verb="get", **names)])
        await bus.transport.send([frame(b"<torn", kind="requests", noun="MeterReadings", verb="get")])
        with anyio.fail_after(LIMIT), pytest.raises(RequestRefusedError, match="cannot be read") as caught:
            await waiting.next()
        assert caught.value.message.message_type == "FaultMessage"


async def test_an_asynchronous_reply_is_acknowledged_before_the_handler_is_done():
    go = anyio.Event()

    async def slow(request):
        await go.wait()
        return readings()

    async with running(answering(slow)) as bus, bus.replies(query(), timeout=LIMIT) as replies:
        await until(lambda: replies.acknowledged)
        go.set()
        assert [reply.result async for reply in replies] == ["OK"]


async def test_a_reply_in_parts_ends_with_ok():
    async def parts(request):
        for number in range(3):
            yield readings(f"M-{number}")

    async with running(answering(parts)) as bus:
        async with bus.replies(query(), timeout=LIMIT) as replies:
            got = [(reply.result, reply.payload.MeterReading[0].Meter.mRID) async for reply in replies]
            assert replies.acknowledged
        assert got == [("PARTIAL", "M-0"), ("PARTIAL", "M-1"), ("OK", "M-2")]
        with pytest.raises(RequestError, match="in parts"):
            await bus.request(query(), timeout=LIMIT)


@pytest.mark.parametrize("count", [0, 1])
async def test_a_generator_of_nothing_or_one_part_is_a_plain_reply(count):
    async def parts(request):
        for _ in range(count):
            yield readings()

    async with running(answering(parts)) as bus:
        reply = await bus.request(query(), timeout=LIMIT)
        assert (reply.result, reply.payload is not None) == ("OK", bool(count))


async def test_the_last_part_may_be_late():
    too_late = anyio.Event()

    async def parts(request):
        yield readings()
        yield readings()
        await too_late.wait()

    async with running(answering(parts)) as bus:
        with pytest.raises(ReplyTimeoutError, match="no last reply"):  # noqa: PT012
            async with bus.replies(query(), timeout=1) as replies:
                async for reply in replies:
                    assert reply.result == "PARTIAL"
        too_late.set()


async def test_an_error_among_the_replies_comes_out_as_it_was_raised():
    async with running(answering(read)) as bus:
        with pytest.raises(ZeroDivisionError):
            async with bus.replies(query(), timeout=LIMIT):
                raise ZeroDivisionError


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_who_wants_no_reply_gets_none(asynchronous):
    component = answering(read)
    async with running(component) as bus, bus.subscribe(kind="replies") as replies:
        made = Message.of(query(), ack_required=False, async_reply_flag=asynchronous)
        await bus.publish(made)
        with anyio.fail_after(LIMIT):
            await until(lambda: component.counters["GetMeterReadings.get"].handled)
        with anyio.move_on_after(0.03) as scope:
            await replies.receive()
        assert scope.cancelled_caught


async def test_a_bus_that_closes_tells_who_waits():
    caught = []

    async def ask(bus):
        try:
            await bus.request(query(), timeout=LIMIT)
        except RequestError as error:
            caught.append(str(error))

    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as group, Bus("memory:") as bus:
            group.start_soon(ask, bus)
            await anyio.wait_all_tasks_blocked()
    assert caught == ["the bus was closed"]


async def test_a_reply_of_another_application_is_not_the_reply(caplog):
    async def forge(bus, *, task_status):
        async with bus.subscribe("MeterReadings", kind="requests") as requests:
            task_status.started()
            async with await requests.receive() as asked:
                topic, _ = reply_destination(bus.transport.naming, asked.header.reply_address, "production", "N")
                for source in ("MALLORY", "MDM"):
                    await bus.transport.send([pack(asked.reply(readings(source), source=source), topic)])

    with anyio.fail_after(LIMIT):
        async with Bus("memory:") as bus, anyio.create_task_group() as tasks:
            await tasks.start(forge, bus)
            reply = await bus.request(query(), of="MDM", timeout=LIMIT)
    assert reply.payload.MeterReading[0].Meter.mRID == "MDM"
    assert "a reply of MALLORY is ignored" in caplog.text
