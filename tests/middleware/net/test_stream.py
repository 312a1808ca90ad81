"""A stream is opened in time, or the error says why not."""

from __future__ import annotations

import ssl

import anyio
import pytest
from anyio.abc import SocketAttribute

from cimbus.errors import ConnectError
from cimbus.middleware.net import Address, open_stream

pytestmark = pytest.mark.anyio


async def test_a_stream_is_opened_and_a_closed_port_is_said():
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    port = listener.extra(SocketAttribute.local_port)
    address = Address(scheme="mq", host="127.0.0.1", port=port, user="ana", password="s3cret")
    async with listener, await open_stream(address, None, 5):
        pass
    with pytest.raises(ConnectError, match=f"mq://127.0.0.1:{port} cannot be reached") as caught:
        await open_stream(address, None, 5)
    assert "s3cret" not in str(caught.value)


async def test_who_does_not_speak_tls_is_given_up():
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    address = Address(scheme="mqs", host="127.0.0.1", port=listener.extra(SocketAttribute.local_port))
    async with listener:
        with pytest.raises(ConnectError, match=r"does not answer within 0\.2 s"):
            await open_stream(address, ssl.create_default_context(), 0.2)


@pytest.mark.parametrize("host", ["\ud800", "a" * 70, "a..b"])
async def test_a_name_that_no_host_can_have(host):
    with pytest.raises(ConnectError):
        await open_stream(Address(scheme="mq", host=host, port=1), None, 5)
