"""What the settings of Artemis do to messages: good ones and bad ones."""

from __future__ import annotations

import json

from cimbus.middleware.doctor.artemis import EFFECTS, artemis_findings, unknown_artemis


def verdicts(found):
    return {finding.setting: finding.verdict for finding in found}


def artemis(persistent=True, **settings):
    return verdicts(artemis_findings(json.dumps(settings), persistent=persistent))


def test_settings_of_artemis():
    assert artemis()["dead-letter-address"] == "error"  # ten attempts, and then it is deleted
    assert artemis(maxDeliveryAttempts=-1)["dead-letter-address"] == "ok"
    assert artemis(deadLetterAddress="DLQ")["max-delivery-attempts"] == "ok"
    assert artemis(addressFullMessagePolicy="DROP")["address-full-policy"] == "error"
    assert artemis(redeliveryDelay=1000)["redelivery-delay"] == "ok"
    assert artemis(persistent=False)["persistence-enabled"] == "error"
    assert artemis(persistent=None)["persistence-enabled"] == "unknown"


def test_one_fault_is_one_finding():
    found = artemis_findings("{}", persistent=True)
    assert [each.setting for each in found if each.verdict == "error"] == ["dead-letter-address"]
    assert "max-delivery-attempts" not in verdicts(found)


def test_an_address_that_is_null_is_none():
    assert artemis(deadLetterAddress=None, maxDeliveryAttempts=-1)["dead-letter-address"] == "ok"
    assert artemis(expiryAddress=None)["expiry-address"] == "warning"


def test_an_answer_that_cannot_be_read_leaves_its_settings_unknown():
    found = verdicts(artemis_findings('{"redeliveryDelay": "soon"}', persistent=True))
    assert found == {**dict.fromkeys(EFFECTS, "unknown"), "persistence-enabled": "ok"}


def test_settings_that_cannot_be_asked_for_are_unknown():
    assert verdicts(unknown_artemis("ask over STOMP")) == dict.fromkeys(EFFECTS, "unknown")
    assert all("ask over STOMP" in finding.advice for finding in unknown_artemis("ask over STOMP"))
