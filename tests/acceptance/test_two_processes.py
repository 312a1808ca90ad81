"""``cimbus publish`` in one process, ``cimbus listen`` in another: typed and unknown nouns, in several dialects."""

from __future__ import annotations

import json

import pytest

from cimbus import Message
from cimbus.interface.codecs import encode

from .processes import command, event

TYPED = b"""<?xml version="1.0"?>
<ns0:EventMessage xmlns:ns0="http://iec.ch/TC57/2011/schema/message">
  <ns0:Header><ns0:Verb>created</ns0:Verb><ns0:Noun>EndDeviceEvents</ns0:Noun>
    <ns0:Timestamp>2026-03-01T00:00:00+01:00</ns0:Timestamp><ns0:MessageID>prefixed</ns0:MessageID></ns0:Header>
  <ns0:Payload><e:EndDeviceEvents xmlns:e="http://iec.ch/TC57/2011/EndDeviceEvents#"><e:EndDeviceEvent>
    <e:mRID>E-1</e:mRID><e:createdDateTime>2026-03-01T00:00:00Z</e:createdDateTime>
    <e:EndDeviceEventType ref="3.26.0.47"/><e:UsagePoint><e:mRID>UP-1</e:mRID></e:UsagePoint>
  </e:EndDeviceEvent></e:EndDeviceEvents></ns0:Payload>
</ns0:EventMessage>"""
READINGS = b"""<EventMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>created</Verb><Noun>MeterReadings</Noun><MessageID>readings</MessageID></Header>
  <Payload><MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#"><MeterReading>
    <Meter><mRID>M-1</mRID></Meter><Readings><timeStamp>2026-03-01T00:15:00Z</timeStamp><value>12.5</value>
    <ReadingType ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/></Readings>
  </MeterReading></MeterReadings></Payload>
</EventMessage>"""
UNKNOWN = """<EventMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>changed</Verb><Noun>Kettles</Noun><MessageID>unknown</MessageID></Header>
  <Payload><Kettles xmlns="urn:kettles"><Kettle><mRID>K-ü</mRID><boils>true</boils></Kettle></Kettles></Payload>
</EventMessage>""".encode()
REQUEST = b"""<RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>get</Verb><Noun>MeterReadings</Noun><MessageID>request</MessageID></Header>
  <Request><GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#">
    <EndDevice><mRID>M-9</mRID></EndDevice></GetMeterReadings></Request>
</RequestMessage>"""

MESSAGES = {
    "prefixed.xml": TYPED,
    "readings.xml": READINGS,
    "unknown.xml": UNKNOWN,
    "request.xml": REQUEST,
    "written.json": encode(Message.of(event(7), message_id="written", context="TEST"), "json"),
}
TOPICS = {
    "production/events/EndDeviceEvents/created/UP-1": True,
    "production/events/MeterReadings/created/M-1": True,
    "production/events/Kettles/changed/K-ü": False,
    "production/requests/MeterReadings/get/M-9": True,
    "test/events/EndDeviceEvents/created/UP-7": True,
}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("mqtt", marks=pytest.mark.broker)])
def test_what_one_process_publishes_another_one_hears(kind, backend, request, tmp_path, monkeypatch):
    url = f"sqlite://{tmp_path}/bus.db"
    if kind == "mqtt":
        url = request.getfixturevalue("new_mosquitto")().url()
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", str(tmp_path / "letters.db"))
    for name, data in MESSAGES.items():
        (tmp_path / name).write_bytes(data)
    common = ("--bus", url, "--backend", backend, "--json")
    with command("listen", "--count", len(MESSAGES), "--timeout", 60, *common) as listening:
        listening.until("listening")
        with command("publish", *(tmp_path / name for name in MESSAGES), *common) as publishing:
            code, sent, err = publishing.result()
        assert (code, err) == (0, "")
        code, heard, err = listening.result()
        assert (code, err) == (0, "")
    told = [json.loads(line) for line in heard.splitlines()]
    assert {each["topic"]: each["typed"] for each in told} == TOPICS
    assert sorted(json.loads(line)["topic"] for line in sent.splitlines()) == sorted(TOPICS)
    kettles = next(each for each in told if each["noun"] == "Kettles")
    assert "K-ü" in json.dumps(kettles, ensure_ascii=False)
