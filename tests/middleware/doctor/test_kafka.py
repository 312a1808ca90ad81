"""What settings of Kafka's brokers do to messages: good ones and bad ones."""

from __future__ import annotations

import pytest

from cimbus.middleware.doctor.kafka import SETTINGS, kafka_findings

GOOD = {
    "message.max.bytes": "1048588",
    "group.min.session.timeout.ms": "6000",
    "group.max.session.timeout.ms": "1800000",
    "auto.create.topics.enable": "false",
    "log.retention.ms": "-1",
    "log.retention.bytes": "-1",
    "offsets.retention.minutes": "10080",
    "min.insync.replicas": "2",
    "default.replication.factor": "3",
    "unclean.leader.election.enable": "false",
}


def found(settings):
    return kafka_findings(settings, max_message=1_048_588, session=10.0)


def verdicts(found):
    return {finding.setting: finding.verdict for finding in found}


def test_good_settings_are_good():
    assert set(verdicts(found(GOOD)).values()) == {"ok"}


def test_settings_that_are_not_told_are_unknown():
    assert set(verdicts(found({})).values()) == {"unknown"}


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        ({"log.retention.ms": "60000", "log.retention.hours": "168"}, "error"),
        ({"log.retention.minutes": "2880"}, "warning"),
        ({"log.retention.hours": "168"}, "ok"),
    ],
)
def test_the_retention_in_milliseconds_counts_before_the_others(settings, verdict):
    assert verdicts(found(settings))["log.retention"] == verdict


@pytest.mark.parametrize(
    ("name", "value", "finding", "verdict"),
    [
        ("message.max.bytes", "100000", "message.max.bytes", "warning"),
        ("group.min.session.timeout.ms", "20000", "group session bounds", "error"),
        ("log.retention.ms", "3600000", "log.retention", "error"),
        ("log.retention.bytes", "1000", "log.retention.bytes", "error"),
        ("offsets.retention.minutes", "60", "offsets.retention.minutes", "error"),
        ("min.insync.replicas", "1", "replication", "warning"),
        ("unclean.leader.election.enable", "true", "unclean.leader.election.enable", "error"),
        ("auto.create.topics.enable", "true", "auto.create.topics.enable", "warning"),
    ],
)
def test_one_bad_setting_is_one_finding_with_advice(name, value, finding, verdict):
    bad = {each.setting: each for each in found({**GOOD, name: value}) if each.verdict != "ok"}

    assert list(bad) == [finding]
    assert bad[finding].verdict == verdict
    assert bad[finding].advice


def test_what_is_judged_is_asked_for():
    assert GOOD.keys() <= set(SETTINGS)
