"""Other clients beside cimbus, on real brokers: the same messages, sent and received by each."""

from __future__ import annotations

import pytest

from cimbus.bench.peers import compare, compare_with
from cimbus.errors import UsageError


@pytest.mark.broker
def test_paho_and_cimbus_send_and_receive_the_same(mosquitto, monkeypatch):
    monkeypatch.setattr(compare, "TURNS", 1)
    monkeypatch.setattr(compare, "OURS", ("cimbus",))

    found = compare_with("paho", mosquitto.url(), count=200)

    assert [(each.name, each.task) for each in found] == [
        (name, task) for task in ("publish", "receive") for name in ("paho", "cimbus")
    ]
    assert all(each.rate > 0 and each.cpu > 0 for each in found)
    assert [each.ratio for each in found if each.name == "paho"] == [1, 1]


@pytest.mark.parametrize(
    ("peer", "url", "reason"),
    [
        ("paho", "kafka://localhost", "paho is compared on a bus mqtt://"),
        ("aiokafka", "sqlite:x.db", "not on sqlite"),
        ("pigeon", "mqtt://localhost", "there is no client 'pigeon'"),
    ],
)
def test_a_client_is_compared_on_its_own_kind_of_broker(peer, url, reason):
    with pytest.raises(UsageError, match=reason):
        compare_with(peer, url)
