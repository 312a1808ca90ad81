"""What cimbus needs of paho beyond its public API is still there, and paho runs no thread and opens no socket."""

from __future__ import annotations

import inspect
import socket
import threading

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from cimbus.middleware.net import MalformedError
from cimbus_mqtt.engine import PRIVATE, Connect, Engine, Will, reason_name

CONNECT = Connect(
    v5=True, client_id="me", clean=False, keepalive=7, session_expiry=9, receive_maximum=5, max_packet=4096
)


def test_the_private_names_are_there():
    client = Client(CallbackAPIVersion.VERSION2)
    assert [name for name in PRIVATE if not hasattr(client, name)] == []
    assert list(inspect.signature(Client._create_socket).parameters) == ["self"]
    assert "self._sock = self._create_socket()" in inspect.getsource(Client.reconnect)
    assert "self._will_properties" in inspect.getsource(Client._send_connect)
    assert "self._sock.recv(" in inspect.getsource(Client._sock_recv)
    assert "self._sock.send(" in inspect.getsource(Client._sock_send)


def test_no_thread_and_no_socket(monkeypatch):
    def forbidden(*args, **more):
        raise AssertionError("paho opens a socket")

    monkeypatch.setattr(socket, "create_connection", forbidden)
    monkeypatch.setattr(socket, "socketpair", forbidden)
    before = threading.enumerate()
    engine = Engine(CONNECT)
    assert engine.take()[:1] == b"\x10"
    engine.feed(b"\x20\x03\x00\x00\x00")
    engine.subscribe(["a/#"], 1)
    engine.disconnect()
    assert threading.enumerate() == before


def test_connect_says_it_all():
    will = Will("w", b"gone", 1, b"\x03\x00\x01x")
    connect = Connect(
        v5=True, client_id="me", clean=True, keepalive=7, session_expiry=9, user="u", password="p", will=will
    )
    assert Engine(connect).take() == (
        b"\x10\x2b\x00\x04MQTT\x05\xce\x00\x07"
        b"\x08\x11\x00\x00\x00\x09\x21\xff\xff"
        b"\x00\x02me"
        b"\x04\x03\x00\x01x\x00\x01w\x00\x04gone"
        b"\x00\x01u\x00\x01p"
    )


def test_answers():
    engine = Engine(CONNECT)
    engine.take()
    engine.feed(b"\x20\x0b\x01\x00\x08\x21\x00\x14\x24\x01\x13\x00\x05")
    assert engine.connack is not None
    assert engine.connack.session_present
    assert (engine.connack.receive_maximum, engine.connack.max_qos, engine.connack.keepalive) == (20, 1, 5)
    packet_id = engine.subscribe(["a", "b"], 1)
    engine.take()
    engine.feed(b"\x90\x05" + packet_id.to_bytes(2, "big") + b"\x00\x01\x87")
    assert engine.granted == {packet_id: [1, 0x87]}
    engine.feed(b"\xe0\x01\x8e")
    assert engine.disconnected is not None
    assert (engine.disconnected.code, engine.disconnected.reason) == (0x8E, "Session taken over")


def test_goodbye_ends_the_session_if_wanted():
    for forget, data in ((True, b"\xe0\x07\x00\x05\x11\x00\x00\x00\x00"), (False, b"\xe0\x00")):
        engine = Engine(CONNECT)
        engine.take()
        engine.disconnect(forget=forget)
        assert engine.take() == data


@pytest.mark.parametrize("raw", [b"\x20\x00", b"\x20\x02\x00\x00", b"\x90\x01\x00", b"\x20\x04\x00\x00\x09\xff"])
def test_what_paho_cannot_read_is_malformed(raw):
    engine = Engine(CONNECT)
    try:
        engine.feed(raw)
    except MalformedError:
        return
    assert engine.connack is None
    assert engine.granted == {}


def test_no_password_is_shown():
    assert "secret" not in repr(Connect(v5=True, client_id="x", clean=True, keepalive=1, password="secret"))


def test_reasons_have_names():
    assert reason_name(4, 0x87) == "Not authorized"
    assert reason_name(4, 0x11) == "reason code 0x11"
