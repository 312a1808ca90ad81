"""What JMS brokers will do to messages, as far as they tell it over STOMP."""

from __future__ import annotations

import pytest

from cimbus_jms.stomp import StompTransport


def verdicts(found):
    return {finding.setting: finding.verdict for finding in found}


@pytest.mark.anyio
@pytest.mark.broker
async def test_an_artemis_as_it_should_be_and_one_that_drops(artemis, new_artemis):
    async with StompTransport(artemis.url()) as transport:
        good = verdicts(await transport.examine())
    bad = new_artemis(settings={"address-full-policy": "DROP", "max-delivery-attempts": 3})
    async with StompTransport(bad.url()) as transport:
        found = await transport.examine()
    assert "error" not in good.values()
    assert (good["dead-letter-address"], good["persistence-enabled"]) == ("ok", "ok")
    assert verdicts(found)["address-full-policy"] == "error"
    assert {finding.setting: finding.value for finding in found}["max-delivery-attempts"] == "3"


@pytest.mark.anyio
@pytest.mark.broker
async def test_what_is_not_seen_is_unknown(activemq, artemis):
    pytest.importorskip("proton")
    from cimbus_jms.amqp import AmqpTransport

    for transport in (StompTransport(activemq.url()), AmqpTransport(artemis.url(wire="amqp"))):
        async with transport:
            found = await transport.examine()
        assert {finding.verdict for finding in found} == {"unknown"}
        assert all(finding.advice for finding in found)
