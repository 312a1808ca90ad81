"""``cimbus acl``: rules for brokers, tried on one."""

from __future__ import annotations

import sys
from xml.etree import ElementTree as ET

import anyio
import pytest

from cimbus import Bus, SendError
from cimbus.testing.brokers import MosquittoBroker
from cimbus.testing.brokers.fixtures import needed

COMPONENT = """
from cimbus import Component
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings

oms = Component("OMS")

@oms.on(EndDeviceEvents, verb="created")
async def power_off(message):
    pass

@oms.answers(GetMeterReadings)
async def read(request):
    return MeterReadings()
"""


@pytest.fixture
def rules(cimbus, tmp_path, monkeypatch):
    (tmp_path / "acl_app.py").write_text(COMPONENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "acl_app", raising=False)

    def of(broker, *more):
        code, out, err = cimbus("acl", "acl_app:oms", "--for", broker, *more)
        assert (code, err) == (0, "")
        return out

    return of


def test_rules_for_mosquitto(rules):
    assert rules("mosquitto", "--user", "oms", "--publishes", "MeterReadings.created").splitlines() == [
        "user oms",
        "topic read production/events/EndDeviceEvents/created/#",
        "topic read production/requests/MeterReadings/get/#",
        "topic write production/replies/MeterReadings/reply/#",
        "topic write production/events/MeterReadings/created/#",
    ]


def test_rules_for_kafka(rules):
    found = rules("kafka", "--requests", "EndDeviceControls")

    assert "--operation Read --operation Describe --topic production.events.EndDeviceEvents\n" in found
    assert "--operation Write --operation Describe --topic production.requests.EndDeviceControls\n" in found
    assert "--operation Read --operation Describe --topic production.replies.EndDeviceControls\n" in found
    assert "--group cimbus-OMS. --resource-pattern-type prefixed" in found


def test_rules_for_artemis(rules):
    found = ET.fromstring(f"<x>{rules('artemis')}</x>")

    matches = {each.get("match"): {p.get("type") for p in each} for each in found}
    assert "consume" in matches["PRODUCTION.EVENTS.EndDeviceEvents.created"]
    assert matches["PRODUCTION.REPLIES.MeterReadings.reply"] == {"send", "createAddress"}


def test_a_requester_on_artemis_subscribes_to_the_replies_of_its_environment(rules):
    found = ET.fromstring(f"<x>{rules('artemis', '--requests', 'EndDeviceControls', '--context', 'test')}</x>")

    matches = {each.get("match"): {p.get("type") for p in each} for each in found}
    assert "createNonDurableQueue" in matches["TEST.REPLIES.#"]
    assert "TEST.REPLIES.EndDeviceControls.reply" not in matches


def test_a_component_that_reports_may_do_so(rules, tmp_path):
    (tmp_path / "acl_app.py").write_text(COMPONENT.replace('Component("OMS")', 'Component("OMS", report_every=60)'))

    assert {
        "topic read production/requests/ComponentReports/get/#",
        "topic write production/events/ComponentReports/created/#",
        "topic write production/replies/ComponentReports/reply/#",
    } <= set(rules("mosquitto").splitlines())


@pytest.mark.broker
@pytest.mark.anyio
async def test_mosquitto_lets_the_component_work_and_nothing_else(rules, tmp_path):
    needed("mosquitto")
    (tmp_path / "acl_app.py").write_text(COMPONENT.replace('Component("OMS")', 'Component("OMS", report_every=0)'))
    from acl_app import oms

    from cimbus.nouns import EndDeviceControls, EndDeviceEvents, GetComponentReports, GetMeterReadings

    requester = "\nuser cis\ntopic readwrite #\n"
    (tmp_path / "acl").write_text(rules("mosquitto", "--user", "oms") + requester)
    users = {"oms": "secret", "cis": "secret"}
    with MosquittoBroker(tmp_path / "broker", users=users, lines=[f"acl_file {tmp_path / 'acl'}"]) as broker:
        ours, others = broker.url("oms", "secret"), broker.url("cis", "secret")
        with anyio.fail_after(60):
            async with Bus(ours, source="OMS") as bus, Bus(others) as cis, anyio.create_task_group() as tasks:
                await tasks.start(oms.run, bus)
                await cis.publish(EndDeviceEvents())
                assert (await cis.request(GetMeterReadings(), timeout=60)).result == "OK"
                await oms.counters["EndDeviceEvents.created"].reach(handled=1)
                assert (await cis.request(GetComponentReports(), timeout=60)).result == "OK"
                with pytest.raises(SendError, match=r"(?i)not authorized"):
                    await bus.publish(EndDeviceControls())
                tasks.cancel_scope.cancel()
