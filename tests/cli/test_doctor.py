"""The command that says what a broker will do to messages."""

from __future__ import annotations

import json

import pytest

from cimbus.testing.brokers.fixtures import *  # noqa: F403


@pytest.mark.broker
def test_the_exit_status_says_whether_messages_would_be_lost(cimbus, mosquitto):
    code, out, _ = cimbus("doctor", mosquitto.url())
    assert code == 0
    assert "session expiry" in out
    assert "max_queued_messages" in out

    code, out, _ = cimbus("doctor", mosquitto.url(session_expiry=60), "--json")
    found = {record["setting"]: record for record in map(json.loads, out.splitlines())}
    assert code == 1
    assert found["session expiry (MQTT 5.0, 3.2.2.3.2)"]["verdict"] == "error"


def test_what_has_no_broker_is_said(cimbus, tmp_path):
    code, _, err = cimbus("doctor", f"sqlite:{tmp_path}/bus.db")
    assert code == 2
    assert "no broker" in err


def test_a_broker_that_is_not_there_is_said(cimbus):
    assert cimbus("doctor", "mqtt://127.0.0.1:1")[0] == 3
