"""The Java client itself, with only the broker: what the other tests rely on."""

from __future__ import annotations

import uuid

import pytest

from .peer import PeerError

pytestmark = pytest.mark.broker

TEXT = "<a b='&amp;'>ü € 😀\n\t</a>"


@pytest.fixture
def name():
    return f"alone.{uuid.uuid4().hex}"


def test_what_is_sent_is_received(peer, name):
    with peer.listen(f"topic:{name}") as listener:
        number = peer.send(
            f"topic:{name}",
            TEXT,
            properties={"Verb": "created", "Count": 3, "Sure": True, "Share": 0.5},
            type="kind of",
            correlation="c-1",
            priority=7,
            ttl=60_000,
            reply_to="queue:answers",
        )
        heard = listener.next()
    assert (heard.kind, heard.text) == ("text", TEXT)
    assert {word: heard.properties[word] for word in ("Verb", "Count", "Sure", "Share")} == {
        "Verb": "created",
        "Count": "3",
        "Sure": "true",
        "Share": "0.5",
    }
    assert heard.types["Verb"] == "string"
    assert heard.types["Count"] == "integer"
    fields = heard.fields
    assert fields["id"] == number
    assert fields["to"] == f"topic:{name}"
    assert (fields["type"], fields["correlation"], fields["priority"]) == ("kind of", "c-1", "7")
    assert fields["mode"] == "2"
    assert int(fields["expiration"]) > 0
    assert fields["reply_to"] == "queue:answers"


def test_octets_and_maps(peer, name):
    octets = bytes(range(256))
    peer.send(f"queue:{name}", octets)
    peer.send(f"queue:{name}", {"noun": "ü", "empty": ""})
    with peer.listen(f"queue:{name}") as listener:
        first, second = listener.next(), listener.next()
    assert (first.kind, first.data) == ("bytes", octets)
    assert (second.kind, second.entries) == ("map", {"noun": "ü", "empty": ""})


def test_a_selector_selects(peer, name):
    with peer.listen(f"topic:{name}", selector="Verb = 'created'") as listener:
        for verb in ("changed", "created", "changed", "created"):
            peer.send(f"topic:{name}", verb, properties={"Verb": verb})
        assert [listener.next().text, listener.next().text] == ["created", "created"]
        assert listener.receive(0.05) is None


def test_a_request_is_answered_to_a_temporary_queue(peer, name):
    with peer.listen(f"queue:{name}") as server, peer.listen() as replies:
        peer.send(f"queue:{name}", "question", reply_to=replies, correlation="c-2")
        assert server.next().text == "question"
        server.answer("answer", correlation="c-2")
        heard = replies.next()
    assert (heard.text, heard.fields["correlation"]) == ("answer", "c-2")


def test_a_durable_subscription_keeps_what_comes(peer, name):
    who = {"durable": "kept", "client": name}
    with peer.listen(f"topic:{name}", **who):
        pass
    peer.send(f"topic:{name}", "meanwhile")
    with peer.listen(f"topic:{name}", **who) as listener:
        assert listener.next().text == "meanwhile"
    peer.forget(**who)


def test_what_java_cannot_do_is_said(peer, name):
    with pytest.raises(PeerError, match="InvalidSelectorException"):
        peer.listen(f"topic:{name}", selector="Verb =")
    with pytest.raises(PeerError, match="neither topic: nor queue:"):
        peer.send(name, "nowhere")
