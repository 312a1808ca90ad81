"""What an MQTT broker will do to messages, by what it says: with good settings and with bad ones."""

from __future__ import annotations

from cimbus.middleware.doctor.mqtt import DROPPED, NEVER, MqttFacts, mqtt_findings

PACKET = 1_000_000


def found(v5=True, session_expiry=NEVER, max_packet=PACKET, **more):
    facts = MqttFacts(v5=v5, session_expiry=session_expiry, max_packet=max_packet, **more)
    return {each.setting.partition(" (")[0]: each for each in mqtt_findings(facts, max_packet=PACKET)}


def verdicts(**facts):
    return {setting: finding.verdict for setting, finding in found(**facts).items()}


def test_what_connack_says():
    worst = verdicts(max_qos=0, session_expiry=3_600, shared=False, retained=False, max_packet=PACKET - 1)
    assert (worst["maximum QoS"], worst["session expiry"]) == ("error", "error")
    assert (worst["shared subscriptions"], worst["retained messages"]) == ("warning", "warning")
    assert worst["maximum packet size"] == "warning"
    best = verdicts(dropped="0")
    assert (best["session expiry"], best["maximum packet size"], best[DROPPED]) == ("ok", "ok", "ok")


def test_what_no_broker_says_is_unknown():
    assert found()["persistence"].verdict == found()["queue of a session"].verdict == "unknown"
    assert "mosquitto.conf" in found(version="mosquitto version 2.0.11")["queue of a session"].advice
    assert "documentation" in found()["queue of a session"].advice


def test_mqtt_3_1_1_says_none_of_it():
    assert set(verdicts(v5=False).values()) == {"unknown"}


def test_messages_that_were_dropped_are_an_error():
    assert verdicts(dropped="3")[DROPPED] == "error"
    assert found(dropped="3")[DROPPED].advice
    assert DROPPED not in found()
