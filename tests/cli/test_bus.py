"""Commands that meet on a bus: publish and listen, run and request, and the dead letters."""

from __future__ import annotations

import json
import signal

import pytest

from .conftest import EVENT, LENIENT, REQUEST, UNKNOWN, started

COMPONENT = '''
"""An application for tests."""

from cimbus import Component, Message, ReplyError, Retry
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, Meter, MeterReading, MeterReadings

app = Component("APP", retry=Retry(attempts=2, initial_delay=0.01))


@app.on(EndDeviceEvents)
async def event(message: Message[EndDeviceEvents]) -> None:
    print("event", message.payload.EndDeviceEvent[0].mRID, flush=True)


@app.answers(GetMeterReadings)
async def read(request: Message[GetMeterReadings]):
    meter = request.payload.EndDevice[0].mRID
    if meter == "bad":
        raise ReplyError.of("2.4", "invalid meter")
    yield MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=meter))])
    if meter == "parts":
        yield MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID="second"))])
'''


SIGNALLED = '''
"""An application that is told to stop while it is at work."""

import os
import signal

import anyio

from cimbus import Component
from cimbus.nouns import EndDeviceEvents

app = Component("APP")


@app.on(EndDeviceEvents)
async def event(message):
    print("begun", flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    await anyio.sleep(0.2)
    print("finished", flush=True)
'''


HANGING = '''
"""An application whose handler never returns."""

import os
import signal
import threading

from cimbus import Component
from cimbus.nouns import EndDeviceEvents

app = Component("APP", grace=0.2)


@app.on(EndDeviceEvents)
def event(message):
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait()
'''


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_publish_and_listen(cimbus, bus, files, tmp_path, backend):
    names = [files("a.xml", EVENT.format(id="m-1")), files("b.xml", LENIENT.format(id="m-2")), files("c.xml", UNKNOWN)]
    with started("listen", "--bus", bus, "--count", 3, "--timeout", 60, "--backend", backend) as listening:
        assert "+/+/+/+/+" in listening.until("listening")
        code, out, err = cimbus("publish", files("bad.xml", "no message"), *names, "--bus", bus, "--backend", backend)
        assert code == 1
        assert "bad.xml" in err
        assert [text.partition(" -> ")[2].split(",")[0] for text in out.splitlines()] == [
            "production/events/EndDeviceEvents/created/UP-1 (typed)",
            "production/events/EndDeviceEvents/created/UP-1 (typed",
            "production/events/Kettles/changed/K-9 (unknown noun)",
        ]
        code, out, _ = listening.result()
    assert code == 0
    first, second, third = out.splitlines()
    assert "[typed] id m-1" in first
    assert "EndDeviceEvent/mRID=E-1" in first
    assert "forgiven]" in second
    assert "[unknown noun] id k-1" in third
    assert "boils=true" in third


def test_the_bytes_stay_as_they_are_and_the_properties_are_there(files):
    from cimbus.cli.publish import Overrides, prepare

    text = EVENT.format(id="m-1")
    made = prepare(files("a.xml", text), Overrides(None, None, None, None, None))
    assert made.frame.body == text.encode()
    assert made.frame.properties == {
        "Verb": "created",
        "Noun": "EndDeviceEvents",
        "ContentType": "application/xml",
        "MessageID": "m-1",
        "Source": "HES",
        "Key": "UP-1",
    }
    other = prepare(files("a.xml", text), Overrides(None, "changed", "k", "Test", "json"))
    assert str(other.frame.topic) == "test/events/EndDeviceEvents/changed/k"
    assert json.loads(other.frame.body)["EventMessage"]["Header"]["Verb"] == "changed"
    assert other.frame.properties["ContentType"] == "application/json"


def test_listen_json_selects(cimbus, bus, files):
    arguments = ("--noun", "Kettles", "--verb", "changed", "--kind", "events", "--json", "--count", 1)
    with started("listen", "--bus", bus, *arguments) as listening:
        listening.until("listening")
        cimbus("publish", files("a.xml", EVENT.format(id="m-1")), files("c.xml", UNKNOWN), "--bus", bus)
        code, out, _ = listening.result()
    told = json.loads(out)
    assert code == 0
    assert told["topic"] == "production/events/Kettles/changed/K-9"
    assert told["header"] == {"Verb": "changed", "Noun": "Kettles", "MessageID": "k-1"}
    assert (told["typed"], told["noun"], told["notes"]) == (False, "Kettles", [])
    assert "K-9" in json.dumps(told["payload"])


def test_a_durable_group_finds_what_came_meanwhile(cimbus, bus, files):
    arguments = ("listen", "--bus", bus, "--group", "g", "--durable", "--count", 1, "--timeout")
    code, _, err = cimbus(*arguments, 0.05)
    assert code == 1
    assert "0 of 1 messages" in err
    assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
    code, out, _ = cimbus(*arguments, 30, "--full")
    assert code == 0
    assert "id m-1" in out
    assert "<MessageID>m-1</MessageID>" in out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_listen_ends_at_a_signal(bus, number, code):
    with started("listen", "--bus", bus) as listening:
        listening.until("listening")
        listening.process.send_signal(number)
        given, out, err = listening.result()
    assert (given, out, err) == (code, "", "")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_run_and_request(cimbus, bus, files, tmp_path, backend):
    (tmp_path / "application.py").write_text(COMPONENT)
    asked = files("ask.xml", REQUEST.format(meter="m-7"))
    with started("run", "application:app", "--bus", bus, "--backend", backend, cwd=tmp_path) as running:
        running.until("running APP")
        code, out, err = cimbus("request", asked, "--bus", bus, "--backend", backend)
        assert (code, err) == (0, "")
        assert "<Result>OK</Result>" in out
        assert "m-7" in out
        code, out, err = cimbus("request", "--id", "bad", "--bus", bus, "--json")
        assert code == 1
        assert "2.4 invalid meter" in err
        assert json.loads(out)["reply"]["Result"] == "FAILED"
        code, out, _ = cimbus("request", "--id", "parts", "--bus", bus, "--all", "--json")
        assert code == 0
        assert [json.loads(text)["reply"]["Result"] for text in out.splitlines()] == ["PARTIAL", "OK"]
        assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
        assert running.process.stdout.readline() == "event E-1\n"
        running.process.send_signal(signal.SIGTERM)
        code, out, _ = running.result()
    assert code == 0
    assert "APP.EndDeviceEvents: handled=1 " in out
    assert "APP.MeterReadings.get" in out or "APP.GetMeterReadings.get: handled=3 " in out


def test_what_was_begun_is_finished_at_a_signal(cimbus, bus, files, tmp_path):
    (tmp_path / "application.py").write_text(SIGNALLED)
    with started("run", "application:app", "--bus", bus, cwd=tmp_path) as running:
        running.until("running APP")
        assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
        code, out, _ = running.result()
    assert code == 0
    assert (
        out
        == "begun\nfinished\nAPP.EndDeviceEvents: handled=1 retried=0 failed=0 dead_lettered=0 duplicates=0 expired=0\n"
    )


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_synchronous_handler_that_hangs_does_not_keep_the_process(cimbus, bus, files, tmp_path, backend):
    (tmp_path / "application.py").write_text(HANGING)
    with started("run", "application:app", "--bus", bus, "--backend", backend, cwd=tmp_path) as running:
        running.until("running APP")
        assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
        code, out, err = running.result()
    assert code == 4
    assert out == "APP.EndDeviceEvents: handled=0 retried=0 failed=0 dead_lettered=0 duplicates=0 expired=0\n"
    assert "1 messages are not handled and will be redelivered" in err
    assert err.endswith("cimbus: event did not return within the grace\n")
    # the message is still there, for the group of that name and these patterns
    listen = ("listen", "--bus", bus, "--group", "APP.EndDeviceEvents", "--count", 1, "--timeout", 60)
    same = ("--context", "production", "--kind", "events", "--noun", "EndDeviceEvents")
    code, out, _ = cimbus(*listen, *same)
    assert code == 0
    assert "m-1" in out


def test_publish_says_where_no_subscription_exists(cimbus, bus, files):
    name = files("event.xml", EVENT.format(id="m-1"))
    code, out, err = cimbus("publish", name, "--bus", bus)
    assert (code, len(out.splitlines())) == (0, 1)
    assert "no subscription to production/events/EndDeviceEvents/created/UP-1" in err

    cimbus("listen", "--bus", bus, "--group", "OMS", "--durable", "--timeout", 0)
    assert json.loads(cimbus("publish", name, "--bus", bus, "--json")[1])["unroutable"] is False
    assert cimbus("publish", name, "--bus", bus)[2] == ""


def test_publish_says_until_when_a_message_is_of_use(cimbus, bus, files):
    listen = ("listen", "--bus", bus, "--group", "OMS", "--durable")
    cimbus(*listen, "--timeout", 0)
    for number, seconds in ((1, 0), (2, 600)):
        cimbus("publish", files("event.xml", EVENT.format(id=f"m-{number}")), "--bus", bus, "--expires", seconds)
    code, out, err = cimbus(*listen, "--count", 1, "--timeout", 60)
    assert (code, "m-2" in out, "m-1" in out) == (0, True, False)
    assert "has expired" in err


def test_no_answer_comes(cimbus, bus, files):
    code, out, err = cimbus("request", files("ask.xml", REQUEST.format(meter="m")), "--bus", bus, "--timeout", 2)
    assert (code, out) == (1, "")
    why = "no application is subscribed to such requests"
    assert err == f"cimbus: no reply from MeterReadings in 2.0 s: {why}\n"
    assert cimbus("request", files("a.xml", EVENT.format(id="1")), "--bus", bus)[0] == 2


def test_dead_letters_there_and_back(cimbus, bus, files, tmp_path):
    from cimbus.cli.publish import Overrides, prepare

    broken = EVENT.format(id="m-1").replace("</EventMessage>", "")
    frame = prepare(files("a.xml", EVENT.format(id="m-1")), Overrides(None, None, None, None, None)).frame
    with started("listen", "--bus", bus, "--count", 1) as listening:
        listening.until("listening")
        _send(bus, frame, broken.encode())
        assert "became dead letter 1" in listening.until("error")
    code, out, _ = cimbus("dlq", "list", "--bus", bus, "--json")
    told = json.loads(out)
    assert (code, told["id"], told["consumer"]) == (0, 1, "cimbus listen")
    assert told["reason"].startswith("DecodeError: ")
    assert cimbus("dlq", "show", 1, "--bus", bus, "--raw")[1] == broken
    code, out, _ = cimbus("dlq", "show", 1, "--store", tmp_path / "bus.db.dead-letters")
    assert "reason: DecodeError" in out
    assert "UP-1" in out
    code, out, err = cimbus("dlq", "replay", 1, 7, "--publish", "--bus", bus)
    assert code == 1
    assert "1 published to production/events/EndDeviceEvents/created/UP-1" in out
    assert "no dead letter 7" in err
    code, out, err = cimbus("dlq", "list", "--bus", bus)
    assert (code, out) == (0, "")
    assert "no dead letters" in err


def test_replay_of_all_reaches_a_listener(cimbus, bus):
    assert cimbus("demo", "--bus", bus)[0] == 0
    with started("listen", "--bus", bus, "--count", 1) as listening:
        listening.until("listening")
        assert cimbus("dlq", "replay", "--all", "--publish", "--bus", bus)[0] == 0
        code, out, _ = listening.result()
    assert code == 0
    assert "demo/events/EndDeviceEvents/created/UP-4040 [typed]" in out
    assert cimbus("dlq", "replay", "--bus", bus)[0] == 2


def _send(url, frame, body):
    import anyio
    import msgspec

    from cimbus import Bus

    async def send():
        async with Bus(url) as opened:
            assert await opened.transport.send([msgspec.structs.replace(frame, body=body)]) == [None]

    anyio.run(send)
