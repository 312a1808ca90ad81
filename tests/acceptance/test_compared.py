"""The two programs of docs/compared.md do the same on a broker."""

from __future__ import annotations

import sys
import uuid
from urllib.parse import urlsplit

import anyio
import pytest
from anyio.streams.buffered import BufferedByteReceiveStream
from anyio.to_thread import run_sync
from pages import ROOT, blocks

from cimbus import Bus

from .processes import LIMIT, command, event

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


def save(name, folder, changes=()):
    (text,) = (block.text for block in blocks(ROOT / "docs" / "compared.md") if block.info == name)
    for old, new in dict(changes).items():
        assert old in text
        text = text.replace(old, new)
    (folder / name).write_text(text, encoding="utf-8")


async def test_the_program_by_hand_prints_events(mosquitto, tmp_path):
    """In a context and a session of its own: the broker is that of other tests, too."""
    context = f"compared-{uuid.uuid4().hex[:8]}"
    save("by_hand.py", tmp_path, changes={"production/": f"{context}/", '"oms"': f'"{context}"'})
    place = urlsplit(mosquitto.url())
    words = [sys.executable, str(tmp_path / "by_hand.py"), str(place.hostname), str(place.port)]
    with anyio.fail_after(LIMIT):
        async with await anyio.open_process(words, stderr=None) as program:
            lines = BufferedByteReceiveStream(program.stdout)
            assert await lines.receive_until(b"\n", 100) == b"subscribed"
            async with Bus(mosquitto.url(), context=context) as bus:
                await bus.publish(event(1))
            assert await lines.receive_until(b"\n", 100) == b"E-1 3.26.0.47"
            program.kill()


async def test_the_program_with_cimbus_prints_them_too(anyio_backend, mosquitto, tmp_path):
    context = f"compared-{uuid.uuid4().hex[:8]}"
    save("with_cimbus.py", tmp_path)
    words = ("--bus", mosquitto.url(), "--context", context, "--backend", anyio_backend)
    with anyio.fail_after(LIMIT), command("run", "with_cimbus:oms", *words, PYTHONPATH=tmp_path) as program:
        await run_sync(program.until, "running OMS")
        async with Bus(mosquitto.url(), context=context) as bus:
            await bus.publish(event(2))
        assert await run_sync(program.process.stdout.readline) == "E-2 3.26.0.47\n"
        code, _, said = await run_sync(program.stop)

    assert code == 0, said
