"""Which ERRORs of a STOMP broker are final: as the brokers write them, and where they have these texts."""

from __future__ import annotations

import zipfile
from pathlib import Path

import anyio
import pytest

from cimbus.errors import ConnectError
from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker
from cimbus.testing.brokers.fixtures import needed
from cimbus_jms.stomp import StompTransport
from cimbus_jms.stomp.connection import ERRORS

from .support import context, spec

FINAL = [
    "Security Error occurred: User name [ana] or password is invalid",
    "User name [ana] or password is invalid.",
    "User ana is not authorized to read from: queue://Consumer.oms.VirtualTopic.X",
    "AMQ339002 Stomp versions not supported 9.9",
    "Invalid Protocol version[9.9], supported versions are: [1.2, 1.1, 1.0]",
    "AMQ339016 Error creating subscription 0",
    "Couldn't create TopicSubscription",
    'Invalid selector "(("',
]
PASSING = [
    "AMQ339007 Connection was destroyed.",
    "AMQ339009 Exception getting session",
    "AMQ339010 Connection is not valid.",
    "Broker has been stopped: BrokerService[localhost]",
    "The maximum number of destinations allowed (10) has already been reached.",
    "Persistent store is Full, 100% of 1024. Stopping producer (ID:1) to prevent flooding queue://X.",
    "Usage Manager Memory Limit reached. Stopping producer (ID:1) to prevent flooding queue://X.",
]


def test_errors_are_sorted_by_their_texts():
    texts = [*FINAL, *PASSING]

    assert [text for text in texts if ERRORS.final_text(text)] == FINAL
    for key, (final, _) in ERRORS.rows.items():
        assert any(key in text for text in (FINAL if final else PASSING)), key


@pytest.mark.parametrize("broker", [ArtemisBroker, ActiveMQBroker])
def test_each_text_stands_in_the_class_that_its_row_names(broker):
    needed(broker.name)
    code = classes(broker)
    for key, (_, source) in ERRORS.rows.items():
        for row in source.partition(":")[0].split(", "):
            name, _, owner = row.partition(" ")
            if name == broker.name:
                assert any(key.encode() in data for data in code[owner]), (key, owner)


def classes(broker) -> dict[str, list[bytes]]:
    """The code of a broker's classes, by the simple name of the outer class or interface."""
    found: dict[str, list[bytes]] = {}
    for entry in broker.fetch().split(":"):
        for jar in Path(entry[:-1]).glob("*.jar") if entry.endswith("*") else [Path(entry)]:
            if jar.name.startswith(("activemq-", "artemis-")):
                with zipfile.ZipFile(jar) as archive:
                    for name in filter(lambda name: name.endswith(".class"), archive.namelist()):
                        simple = name.rpartition("/")[2].removesuffix(".class").partition("$")[0].removesuffix("_impl")
                        found.setdefault(simple, []).append(archive.read(name))
    return found


@pytest.mark.anyio
@pytest.mark.broker
@pytest.mark.parametrize("broker", ["activemq", "artemis"])
async def test_a_subscription_that_is_refused_for_now_is_made_later(request, monkeypatch, broker):
    """Brokers write such an ERROR when they stop, and then they are gone; here one comes at the first attempt only."""
    from cimbus_jms.stomp.connection import StompConnection

    ask, left = StompConnection.ask, ["AMQ339010 Connection is not valid."]

    async def refused_once(self, command, headers):
        if command == "SUBSCRIBE" and left:
            self._received(b"ERROR\nmessage:%b\n\n\0" % left.pop().encode())
        await ask(self, command, headers)

    monkeypatch.setattr(StompConnection, "ask", refused_once)
    where = request.getfixturevalue(broker)
    async with StompTransport(where.url()) as transport:
        with anyio.fail_after(60):
            async with transport.listen(spec(context())):
                assert left == []
        left.append("Couldn't create TopicSubscription")
        with pytest.raises(ConnectError, match="Couldn't create"):
            async with transport.listen(spec(context())):
                pytest.fail("the subscription was refused")
