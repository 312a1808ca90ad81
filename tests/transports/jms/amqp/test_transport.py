"""URLs that are refused, and a missing package."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cimbus.errors import UsageError
from cimbus.middleware.transport import Transactional

from .support import AmqpTransport

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("url", ["?qos=1", "/path", "?heartbeat=-1", "?template={{noun}}", "?priority=10", "?ca=x"])
async def test_what_a_url_cannot_say(url):
    with pytest.raises(UsageError):
        AmqpTransport(f"jms+amqp://127.0.0.1{url if url[0] == '/' else '/' + url}")


def test_without_proton_it_is_said_what_to_install():
    code = (
        "import sys; sys.modules['proton'] = None\n"
        "from cimbus.middleware.discovery import open_transport\n"
        "from cimbus.errors import MissingExtraError, UsageError\n"
        "try: open_transport('jms+amqp://localhost')\n"
        "except MissingExtraError as exc: print(exc)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'cimbus[amqp]'" in found.stdout


async def test_whether_it_has_transactions():
    transport = AmqpTransport("jms+amqp://localhost")
    assert isinstance(transport, Transactional) is transport.traits.transactions is True
