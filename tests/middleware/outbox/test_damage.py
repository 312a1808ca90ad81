"""A damaged file gets another name, and what can be read of it is sent."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from cimbus.middleware.outbox import Outbox

from .support import Far, frame, opened

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path):
    return tmp_path / "outbox.db"


async def test_a_file_that_is_no_database_gets_another_name(path, caplog):
    path.write_bytes(b"a burnt-out card" * 1_000)
    outbox, far = Outbox(path), Far()
    async with opened(outbox, far):
        await outbox.add([frame(1)])
        await outbox.flush()
    assert far.numbers == [1]
    (aside,) = path.parent.glob("outbox.db.damaged-*")
    assert aside.read_bytes().startswith(b"a burnt-out card")
    assert "is damaged" in caplog.text


async def test_a_file_that_is_damaged_in_the_middle_gets_another_name_and_the_rest_is_sent(path, caplog):
    outbox = Outbox(path)
    async with opened(outbox, Far(there=False)):
        for start in range(0, 400, 50):
            await outbox.add([frame(number, 400) for number in range(start, start + 50)])
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
        (size,) = db.execute("pragma page_size").fetchone()
    content = bytearray(path.read_bytes())
    middle = len(content) // size // 2
    content[middle * size : (middle + 1) * size] = b"\xff" * size
    path.write_bytes(content)
    outbox, far = Outbox(path), Far()
    async with opened(outbox, far):
        await outbox.add([frame(400)])
        await outbox.flush()
    assert far.numbers == sorted(far.numbers)
    assert far.numbers[0] == 0
    assert far.numbers[-1] == 400
    assert 350 < len(far.numbers) < 401
    assert "messages saved" in caplog.text
    assert outbox.forwarded == 0
    assert list(path.parent.glob("outbox.db.damaged-*"))
