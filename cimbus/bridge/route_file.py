"""Keeps the reply routes of a bridge in a file, so that it can return the replies of requests from before its restart.

Rules: a route is on disk before its request is sent; it is removed when the last reply was returned, or is too late.
The file may be that of the bridge's inbox. It also keeps the key of the topic that replies to the bridge are sent to.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Final, TypeVar

import anyio
import anyio.to_thread
import msgspec

from cimbus.errors import CimbusError
from cimbus.middleware.net import Backoff, ThrottledLog
from cimbus.middleware.private_file import make_private
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.sqlite_errors import is_passing

from .reply_routes import ReplyRoute

T = TypeVar("T")
log: Final = safe_logger("cimbus")

BUSY_TIMEOUT: Final = 10.0
"""How long SQLite waits for the inbox's lock on the file, in seconds; a transaction of either takes milliseconds."""
_SCHEMA: Final = (
    "create table if not exists cimbus_bridge (name text primary key, reply_key text not null)",
    """create table if not exists cimbus_bridge_route (
        bridge text not null, sent_as blob not null, expires real not null, route blob not null,
        primary key (bridge, sent_as)
    ) without rowid""",
)
_SAVE: Final = "insert or replace into cimbus_bridge_route (bridge, sent_as, expires, route) values (?, ?, ?, ?)"
_REMOVE: Final = "delete from cimbus_bridge_route where bridge = ? and sent_as = ?"
_FORGET: Final = "delete from cimbus_bridge_route where bridge = ? and expires <= ?"
_LOAD: Final = "select route from cimbus_bridge_route where bridge = ? order by expires"


class RouteFile:
    """The routes of one bridge in a file.

    >>> import tempfile
    >>> async def main(folder):
    ...     file, until = RouteFile(f"{folder}/bridge.db", "field"), time.time() + 60
    ...     key, routes = await file.load()
    ...     route = ReplyRoute("topic:x", "c-1", "MeterReadings", "production", "c-1", ("c-1",), until)
    ...     await file.save([route])
    ...     again, routes = await file.load()
    ...     print(again == key, routes == [route])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    True True

    Args:
        path: an SQLite file, made when it is first needed.
        bridge: the bridge's name; several may share a file.
    """

    def __init__(self, path: str | os.PathLike[str], bridge: str) -> None:
        self._path = os.fspath(path)
        self._bridge = bridge
        self._throttled = ThrottledLog(log)

    async def load(self) -> tuple[str, list[ReplyRoute]]:
        """Return the key of the bridge's reply topic, the same each time, and the routes that have not expired.

        Raises:
            CimbusError: the file cannot be read or written.
        """

        def load(db: sqlite3.Connection) -> tuple[str, list[ReplyRoute]]:
            for statement in _SCHEMA:
                db.execute(statement)
            db.execute("insert or ignore into cimbus_bridge values (?, ?)", (self._bridge, uuid.uuid4().hex))
            (key,) = db.execute("select reply_key from cimbus_bridge where name = ?", (self._bridge,)).fetchone()
            db.execute(_FORGET, (self._bridge, time.time()))
            rows = db.execute(_LOAD, (self._bridge,)).fetchall()
            return str(key), [_route(route) for (route,) in rows]

        try:
            return await self._run(load)
        except (sqlite3.Error, OSError, ValueError) as error:
            raise CimbusError(f"the bridge's file {self._path}: {error}") from error

    async def save(self, routes: Sequence[ReplyRoute]) -> None:
        """Keep routes; return when they are on disk.

        Raises:
            CimbusError: the file is damaged. While the disk is full or locked, this waits.
        """
        rows = [(self._bridge, _octets(route.sent_as), route.expires, _json(route)) for route in routes]

        def save(db: sqlite3.Connection) -> None:
            db.executemany(_SAVE, rows)
            db.execute(_FORGET, (self._bridge, time.time()))

        await self._patiently(save)

    async def remove(self, names: Iterable[str]) -> None:
        """Forget routes, by what their requests were sent as.

        Raises:
            CimbusError: as ``save``.
        """
        rows = [(self._bridge, _octets(name)) for name in names]
        await self._patiently(lambda db: db.executemany(_REMOVE, rows))

    async def _patiently(self, work: Callable[[sqlite3.Connection], object]) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._run(work)
            except (sqlite3.Error, OSError) as error:
                if isinstance(error, sqlite3.Error) and not is_passing(error):
                    raise CimbusError(f"the bridge's file {self._path}: {error}") from error
                self._throttled.warning("bridge %s waits: %s cannot be written: %s", self._bridge, self._path, error)
            else:
                return
            await anyio.sleep(backoff.pause())

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something in one transaction, in a thread; requests are few, so that a connection for each will do."""

        def run() -> T:
            make_private(self._path)
            with closing(sqlite3.connect(self._path, timeout=BUSY_TIMEOUT)) as db, db:
                return work(db)

        return await anyio.to_thread.run_sync(run)


def _json(route: ReplyRoute) -> bytes:
    """Return a route as JSON; surrogates stay, since two that are escaped would be read as one character."""
    return json.dumps(msgspec.to_builtins(route), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _route(row: bytes) -> ReplyRoute:
    return msgspec.convert(json.loads(row.decode("utf-8", "surrogatepass")), ReplyRoute)


def _octets(text: str) -> bytes:
    """Return a CorrelationID as SQLite holds it: a peer's may have surrogates, for which there is no UTF-8."""
    return text.encode("utf-8", "surrogatepass")
