"""What Kafka's brokers will do to messages, as they tell it: one with its defaults, and one with bad settings."""

from __future__ import annotations

import pytest

from . import support

BAD = {
    "message.max.bytes": "100000",
    "group.min.session.timeout.ms": "20000",
    "auto.create.topics.enable": "true",
    "log.retention.hours": "1",
    "log.retention.bytes": "1000",
    "offsets.retention.minutes": "60",
    "unclean.leader.election.enable": "true",
}
WORST = {
    "message.max.bytes": "warning",
    "group session bounds": "error",
    "log.retention": "error",
    "log.retention.bytes": "error",
    "offsets.retention.minutes": "error",
    "replication": "warning",
    "unclean.leader.election.enable": "error",
    "auto.create.topics.enable": "warning",
}


def verdicts(found):
    return {finding.setting: finding.verdict for finding in found}


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_broker_with_its_defaults(kafka):
    async with support.transport(kafka) as transport:
        found = verdicts(await transport.examine())
    assert "error" not in found.values()
    assert found["log.retention"] == found["message.max.bytes"] == found["group session bounds"] == "ok"


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_broker_that_deletes(new_kafka):
    broker = new_kafka(properties=BAD)
    async with support.transport(broker) as transport:
        found = await transport.examine()
    assert verdicts(found) == WORST
    assert all(finding.advice for finding in found if finding.verdict in ("error", "warning"))
