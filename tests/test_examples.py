"""The examples run, say what they promise, and README shows the quick start as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from brokers.fixtures import *  # noqa: F403

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


def output_of(name: str, *arguments: str) -> str:
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("bus", ["memory:", "sqlite:///{}/bus.db"])
def test_the_quick_start_prints_the_event(bus: str, tmp_path: Path) -> None:
    printed = output_of("quickstart.py", bus.format(tmp_path))

    assert printed.startswith("ev-1 ")
    assert printed.endswith(" 3.26.136.47\n")


def test_the_request_example_gets_its_replies(tmp_path: Path) -> None:
    printed = output_of("request_reply.py", f"sqlite:///{tmp_path}/bus.db")

    assert printed.splitlines() == [
        "OK 1234.50",
        "refused: 2.4 no meter nobody's",
        "PARTIAL EndDeviceEvents",
        "OK EndDeviceEvents",
    ]


def test_a_noun_of_ones_own_reads_from_both_formats() -> None:
    printed = output_of("own_noun.py")

    assert printed.count("FeederOutages 20") == 2


def test_handled_once_is_what_happens() -> None:
    printed = output_of("handled_once.py")

    assert printed.startswith("outages: ['ev-1', 'ev-2'] handled=2 ")
    assert printed.endswith(" repeated=1\n")


@pytest.mark.broker
def test_the_field_service_finds_what_came_meanwhile(mosquitto) -> None:
    assert output_of("mqtt_field.py", mosquitto.url()) == "m-1 3.26.136.47\nm-2 3.26.136.47\n"


@pytest.mark.broker
def test_members_on_kafka_share_and_keep_the_order(kafka) -> None:
    printed = output_of("kafka_platform.py", kafka.url())

    assert printed.startswith("20 meters, each in order: True;")


@pytest.mark.broker
@pytest.mark.parametrize(("broker", "options"), [("activemq", {}), ("artemis", {}), ("artemis", {"wire": "amqp"})])
def test_selectors_and_queues_on_jms(broker: str, options: dict[str, str], request: pytest.FixtureRequest) -> None:
    printed = output_of("jms_enterprise.py", request.getfixturevalue(broker).url(**options))

    assert printed == "selected: ev-2\nwaits in the queue OUTAGES....\n"


def test_readme_shows_the_examples_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    quickstart = (EXAMPLES / "quickstart.py").read_text(encoding="utf-8")
    own_noun = (EXAMPLES / "own_noun.py").read_text(encoding="utf-8")
    shown = readme.partition("```python\nclass Outage")[2].partition("```")[0]

    assert f"```python\n{quickstart}```" in readme
    assert "class Outage" + shown in own_noun
    assert len([line for line in quickstart.splitlines() if line]) <= 25
