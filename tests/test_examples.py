"""The examples run and print what their docstrings say; the transport of one of them passes the contract."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cimbus.testing import TransportContract

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


def output_of(name: str, *arguments: str, folder: Path = EXAMPLES) -> str:
    command = [sys.executable, "-W", "error", str(folder / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_examples_are_numbered_and_say_how_to_run_them() -> None:
    names = sorted(path.name for path in EXAMPLES.glob("*.py"))

    assert [f"{number:02}" for number in range(1, len(names) + 1)] == [name[:2] for name in names]
    for name in names:
        assert f"python examples/{name}" in (EXAMPLES / name).read_text(encoding="utf-8").partition('"""\n\n')[0]


@pytest.mark.parametrize("bus", ["memory:", "sqlite:///{}/bus.db"])
def test_the_quick_start_prints_the_event(bus: str, tmp_path: Path) -> None:
    """On another bus, too, where the line with its URL is changed as the comment says."""
    source = (EXAMPLES / "01_quickstart.py").read_text(encoding="utf-8")
    changed, count = re.subn('^URL = "memory:"', f'URL = "{bus.format(tmp_path)}"', source, flags=re.MULTILINE)
    (tmp_path / "quickstart.py").write_text(changed, encoding="utf-8")

    assert count == 1
    assert output_of("quickstart.py", folder=tmp_path) == "HES e-1 3.26.0.47\n"


def test_the_request_example_gets_its_replies(tmp_path: Path) -> None:
    printed = output_of("02_request_reply.py", f"sqlite:///{tmp_path}/bus.db")

    assert printed.splitlines() == [
        "OK 1234.50",
        "refused: 2.4 no meter m-9",
        "PARTIAL EndDeviceEvents",
        "OK EndDeviceEvents",
    ]


def test_a_noun_of_ones_own_reads_from_both_formats() -> None:
    printed = output_of("03_own_noun.py")

    assert printed.startswith("production/events/FeederOutages/created/o-1\n")
    assert printed.count("FeederOutages 20") == 2


def test_handled_once_is_what_happens() -> None:
    printed = output_of("04_handled_once.py")

    assert printed.startswith("outages: ['ev-1', 'ev-2'] handled=2 ")
    assert printed.endswith(" duplicates=1 expired=0\n")


@pytest.mark.broker
def test_the_field_service_finds_what_came_meanwhile(mosquitto) -> None:
    assert output_of("05_mqtt_field.py", mosquitto.url()) == "m-1 3.26.136.47\nm-2 3.26.136.47\n"


@pytest.mark.broker
def test_members_on_kafka_share_and_keep_the_order(kafka) -> None:
    printed = output_of("06_kafka_platform.py", kafka.url())

    assert printed.startswith("20 meters, each in order: True;")


@pytest.mark.broker
@pytest.mark.parametrize(("broker", "options"), [("activemq", {}), ("artemis", {}), ("artemis", {"wire": "amqp"})])
def test_selectors_and_queues_on_jms(broker: str, options: dict[str, str], request: pytest.FixtureRequest) -> None:
    printed = output_of("07_jms_enterprise.py", request.getfixturevalue(broker).url(**options))

    assert printed == "selected: ev-2\nwaits in the queue OUTAGES....\n"


class TestTheExampleTransport(TransportContract):
    """The smallest transport keeps every promise that it makes."""

    def transport(self):
        return own_transport().TinyTransport.from_url("tiny:contract")


def own_transport():
    """Return the module of the example, whose name is no identifier."""
    if "own_transport" not in sys.modules:
        spec = importlib.util.spec_from_file_location("own_transport", EXAMPLES / "09_own_transport.py")
        sys.modules["own_transport"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["own_transport"]


def test_the_example_transport_carries_a_message() -> None:
    assert output_of("09_own_transport.py") == "created EndDeviceEvents\n"
