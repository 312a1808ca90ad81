"""Other clients beside cimbus, on real brokers: the same messages, sent and received by each."""

from __future__ import annotations

import pytest

from cimbus import Message, decode, encode
from cimbus.bench.peers import PEERS, compare, compare_with, xsdata_codec
from cimbus.bench.peers.clients import OUR_CODEC, OURS
from cimbus.bench.peers.codec_job import run_codec
from cimbus.bench.peers.job import PeerJob
from cimbus.errors import UsageError
from cimbus.nouns import EndDeviceEvents


def check(found, peer, tasks, *, with_us=True):
    names = [peer, "cimbus"] if with_us else [peer]
    assert [(each.name, each.task) for each in found] == [(name, task) for task in tasks for name in names]
    assert all(each.rate > 0 and each.cpu > 0 for each in found)
    assert [each.ratio for each in found if each.name == peer] == [1, 1]
    assert all(each.guarantees for each in found)


@pytest.mark.broker
def test_paho_and_cimbus_send_and_receive_the_same(mosquitto, monkeypatch):
    monkeypatch.setattr(compare, "TURNS", 1)
    monkeypatch.setattr(compare, "OURS", {"cimbus": OURS["cimbus"]})

    found = compare_with("paho", mosquitto.url(), count=200)

    check(found, "paho", ("publish", "receive"))


@pytest.mark.broker
def test_aiomqtt_sends_and_receives_what_paho_does(mosquitto, monkeypatch):
    monkeypatch.setattr(compare, "TURNS", 1)
    monkeypatch.setattr(compare, "OURS", {})

    found = compare_with("aiomqtt", mosquitto.url(), count=200)

    check(found, "aiomqtt", ("publish", "receive"), with_us=False)


@pytest.mark.broker
@pytest.mark.parametrize("peer", ["confluent-kafka", "FastStream"])
def test_clients_of_kafka_send_and_receive(kafka, monkeypatch, peer):
    monkeypatch.setattr(compare, "TURNS", 1)
    monkeypatch.setattr(compare, "OURS", {})

    found = compare_with(peer, kafka.url(), count=200)

    check(found, peer, ("publish", "receive"), with_us=False)


@pytest.mark.parametrize("peer", ["xsdata", "pydantic-xml"])
@pytest.mark.parametrize("task", ["encode", "decode"])
def test_codecs_read_and_write_the_same_messages(peer, task):
    """It is checked before the measure that what a codec writes is what it has read."""
    job = PeerJob("memory:", "x", 20)

    run_codec(job, PEERS[peer].module, task)

    assert task in PEERS[peer].tasks
    assert job.cpu > 0


def test_a_codec_that_writes_something_else_is_not_measured(monkeypatch):
    monkeypatch.setattr(xsdata_codec, "codec", lambda _: (decode, lambda _: encode(Message.of(EndDeviceEvents()))))

    with pytest.raises(UsageError, match="does not write the message"):
        run_codec(PeerJob("memory:", "x", 1), "xsdata_codec", "encode")


def test_each_client_says_what_it_guarantees():
    assert all(each.guarantees for each in (*PEERS.values(), *OURS.values(), *OUR_CODEC.values()))
    assert "nearest equivalent" in PEERS["FastStream"].guarantees


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
