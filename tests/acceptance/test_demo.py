"""``cimbus demo --bus URL`` on every broker, and three applications on three of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .processes import command

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

THREE_BROKERS = Path(__file__).resolve().parents[2] / "examples" / "08_three_brokers.py"
BUSES = {
    "mosquitto": {},
    "kafka": {},
    "activemq": {},
    "artemis": {},
    "artemis over AMQP": {"wire": "amqp"},
}


def url_of(name, request):
    return request.getfixturevalue(name.partition(" ")[0]).url(**BUSES[name])


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("bus", BUSES)
def test_the_demonstration_runs_on_every_broker(bus, backend, request, tmp_path):
    url = url_of(bus, request)
    letters = {"CIMBUS_DEAD_LETTERS": tmp_path / "letters.db"}
    with command("demo", "--bus", url, "--backend", backend, "--timeout", 60, **letters) as demo:
        code, out, err = demo.result(90)
    assert code == 0, out + err
    assert out.count("  ok  ") == 4


@pytest.mark.parametrize(("jms", "backend"), [("activemq", "asyncio"), ("artemis over AMQP", "trio")])
def test_three_brokers_and_bridges_between_them(jms, backend, request):
    urls = [url_of(name, request) for name in ("mosquitto", "kafka", jms)]
    words = [sys.executable, "-W", "error", THREE_BROKERS, *urls, "--meters", 25, "--backend", backend]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("OMS on Kafka received 25 outages")
    assert lines[1] == "MDM on JMS has the readings of 25 meters"
    assert lines[2] == "MDM asked the head-end on MQTT: OK, 1234.50"
