"""What a URL and a subscription cannot ask for."""

from __future__ import annotations

import pytest

from cimbus.errors import ConnectError, UnsupportedError, UsageError
from cimbus.middleware.transport import Transactional
from cimbus.testing.support import bodies, sent
from cimbus_jms.stomp import StompTransport

from .support import context, frames, got, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_groups_need_virtual_topics(activemq):
    """The traits say so, and asking for one is refused; everything else works with any template."""
    ours = context()
    template = "{CONTEXT}.{KIND}.{noun}.{verb}"
    async with StompTransport(activemq.url(template=template)) as transport:
        assert not transport.traits.groups
        assert not transport.traits.durable
        for durable in (False, True):
            with pytest.raises(UnsupportedError, match="VirtualTopic"):
                async with transport.listen(spec(ours, "g", durable=durable)):
                    pass
        async with transport.listen(spec(ours)) as inbox:
            await sent(transport, frames(ours, 1))
            assert bodies(await got(inbox, 1)) == [b"0"]


async def test_a_selector_that_is_none_is_refused(activemq, artemis):
    for broker in (activemq, artemis):
        async with StompTransport(broker.url(selector="= nonsense (")) as transport:
            with pytest.raises(ConnectError, match="refuses SUBSCRIBE"):
                async with transport.listen(spec(context())):
                    pass
            assert transport.ready


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("jms+stomp://h/?qos=1", "unknown option 'qos'; there are ca, cert, connect_timeout, dialect, heartbeat"),
        ("jms+stomp://h/?priority=10", "priority"),
        ("jms+stomp://h/?dialect=rabbitmq", "dialect"),
        ("jms+stomp://h/?template={nonsense}", "template"),
        ("jms+stomp://h/queue", "path"),
        ("jms+stomp://h/?ca=x", "jms[+]stomps"),
        ("jms+stomps://h/?ca=/does/not/exist", "ca"),
        ("jms+mqtt://h/", "jms[+]stomp"),
    ],
)
def test_urls(url, text):
    with pytest.raises(UsageError, match=text):
        StompTransport.from_url(url)


async def test_whether_it_has_transactions():
    transport = StompTransport("jms+stomp://localhost")
    assert isinstance(transport, Transactional) is transport.traits.transactions is True
