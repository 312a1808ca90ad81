"""Messages that are too large, do not end, or have properties with strange names: settled, and the next one is read."""

from __future__ import annotations

import anyio
import proton
import pytest

from cimbus.middleware.delivery import Outcome
from cimbus.middleware.net import ConnectionLostError
from cimbus_jms.amqp.consumer import ENVELOPE, TOO_LARGE, AmqpConsumer
from cimbus_jms.amqp.engine import ProtonEngine
from cimbus_jms.amqp.jms_mapping import read_message
from cimbus_jms.amqp.links import REJECTED, ErrorCondition, OpenOptions, Source
from cimbus_jms.amqp.sections import MessageSections, write_sections
from cimbus_jms.amqp.values import binary, compound, string
from cimbus_jms.destinations import ARTEMIS_NAMING

from .support import context, got, peer, spec, transport

LIMIT = 10_000


class Server:
    """The other side of a connection, in memory: proton, sending what no honest broker sends."""

    def __init__(self, engine):
        self.engine = engine
        self.link = None
        self._collector = proton.Collector()
        self._connection = proton.Connection()
        self._connection.collect(self._collector)
        self._transport = proton.Transport(mode=proton.Transport.SERVER)
        self._transport.sasl().allow_insecure_mechs = True
        self._transport.sasl().allowed_mechs("ANONYMOUS")
        self._transport.bind(self._connection)
        self.pump()

    def pump(self):
        moved = True
        while moved:
            moved = False
            while data := self.engine.take():
                self._transport.push(data)
                moved = True
            while (event := self._collector.peek()) is not None:
                self._answer(event)
                self._collector.pop()
            while (pending := self._transport.pending()) > 0:
                data = self._transport.peek(pending)
                self._transport.pop(len(data))
                self.engine.feed(bytes(data))
                moved = True

    def _answer(self, event):
        if event.type == proton.Event.CONNECTION_REMOTE_OPEN:
            event.connection.open()
        elif event.type == proton.Event.SESSION_REMOTE_OPEN:
            event.session.open()
        elif event.type == proton.Event.LINK_REMOTE_OPEN:
            self.link = event.link
            self.link.source.copy(self.link.remote_source)
            self.link.target.copy(self.link.remote_target)
            self.link.open()


class Owner:
    def __init__(self):
        self.found = []

    def arrived(self, messages):
        self.found += messages


@pytest.fixture
def line():
    engine, owner = ProtonEngine(OpenOptions(container="c", host="h", idle=30)), Owner()
    link = engine.receiver_link("l", Source(address="a", max_message=LIMIT), owner, credit=10)
    return Server(engine), link, owner


def test_the_link_tells_its_limit(line):
    server, _, _ = line

    assert server.link.remote_max_message_size == LIMIT


def test_of_a_delivery_that_is_too_large_the_beginning_is_kept_and_the_next_one_is_read(line):
    server, link, owner = line
    large = server.link.delivery("large")
    for _ in range(1_000):
        server.link.send(b"x" * 10_000)
        server.pump()
        assert link._link.session.incoming_bytes <= 20_000  # proton keeps nothing of it
        assert len(link.beginning) <= 2 * LIMIT
    assert not owner.found

    server.link.advance()
    server.link.delivery("next")
    server.link.send(b"good")
    server.link.advance()
    server.pump()
    (handle, data), (_, good) = owner.found
    link.settle(handle, REJECTED)
    server.pump()

    assert LIMIT < len(data) <= 2 * LIMIT
    assert good == b"good"
    assert large.remote_state == REJECTED


def test_a_delivery_that_is_aborted_leaves_nothing(line):
    server, link, owner = line
    aborted = server.link.delivery("aborted")
    server.link.send(b"x" * 2 * LIMIT)
    server.pump()
    assert link.beginning
    aborted.abort()
    server.pump()
    server.link.delivery("next")
    server.link.send(b"good")
    server.link.advance()
    server.pump()

    assert [data for _, data in owner.found] == [b"good"]


def test_a_broker_that_ends_the_link_over_the_limit_is_not_told_it_again():
    consumer = AmqpConsumer(spec("c"), ARTEMIS_NAMING, Source(address="a"), "name", nack=False, max_body=LIMIT)
    consumer._attached = True

    class Ended:
        fault, ending = ErrorCondition(TOO_LARGE), False

    consumer._link = Ended()
    with pytest.raises(ConnectionLostError, match="size-exceeded"):
        consumer.check_links()
    engine = ProtonEngine(OpenOptions(container="c", host="h", idle=30))
    told = [
        engine.receiver_link(name, source, consumer, credit=1)
        for name, source in (("first", Source(address="a", max_message=LIMIT)), ("second", consumer._source))
    ]

    assert [link._link.max_message_size for link in told] == [LIMIT, 0]
    assert [link.limit for link in told] == [LIMIT, LIMIT + ENVELOPE]


def strange_properties():
    """Application properties whose names are a number, octets, a list and text."""
    names = (b"\x52\x07", binary(b"\xff"), b"\x45", string("Source"))
    return b"\x00\x53\x74" + compound(0xC1, 8, b"".join(name + string("HES") for name in names))


def test_properties_that_are_not_named_by_text_are_left_out():
    data = write_sections(MessageSections(body="text", to="T"))
    message = read_message(strange_properties() + data)

    assert message.properties == {"Source": "HES"}
    assert message.left_out == 3
    assert message.body == b"text"


@pytest.mark.broker
@pytest.mark.anyio
async def test_too_large_at_a_broker(artemis):
    """The bad ones come with what is known of them and are settled, and the good one behind them is received."""
    mine = context()
    address = f"{mine.upper()}.EVENTS.EndDeviceEvents.created"
    group = spec(mine, "limits", durable=True)
    async with transport(artemis, max_body=50_000) as bus, peer(artemis) as raw:
        async with bus.listen(group) as inbox:
            for size in (60_000, 2_000_000):
                sections = MessageSections(body=b"x" * size, to=address, properties={"Source": "raw"})
                await raw.send(write_sections(sections))
            await raw.send(write_sections(MessageSections(body="good", to=address)))
            deliveries = await got(inbox, 3)
            bad, worse, good = deliveries

            assert bad.defect == "a body of 60000 octets; the limit is 50000 (?max_body=)"
            assert worse.defect
            assert [each.value.body for each in deliveries] == [b"", b"", b"good"]
            assert good.defect == ""
            assert bad.value.properties["Source"] == worse.value.properties["Source"] == "raw"
            for each in deliveries:
                each.settle(each.outcome or (Outcome.REJECTED if each.defect else Outcome.ACCEPTED))
        async with bus.listen(group) as inbox:
            with anyio.move_on_after(1):
                assert not await inbox.receive()
