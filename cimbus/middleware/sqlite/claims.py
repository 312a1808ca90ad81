"""Taking frames from the file, and settling them.

Blocking, for the worker's thread only; each call is part of a transaction of the caller's. Rules:

* An unsettled delivery is a row with an owner. It is settled by removing the row, and the frame with its last row.
* Frames of one key are never unsettled at two members, and a released frame holds up the later ones of its key.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from cimbus.errors import UsageError
from cimbus.middleware.net.redelivery import LONGEST_DELAY, redelivery_delay

WINDOW: Final = 10_000
"""How many waiting frames a claim looks at, at most. Our choice: it bounds the time of a claim, even if all of these
are of keys that other members have; it is far more than a member can have unsettled (credit)."""

CANDIDATES: Final = """
SELECT c.frame FROM (
    SELECT frame, key_hash, due FROM waiting WHERE subscription = :subscription AND owner IS NULL
    ORDER BY frame LIMIT :window
) AS c
WHERE (c.due <= :now OR c.due > :now + 2 * :rest)  -- or the clock was set back
AND (c.key_hash IS NULL OR NOT EXISTS (
    SELECT 1 FROM waiting AS w INDEXED BY touched
    WHERE w.subscription = :subscription AND w.attempt > 0 AND w.key_hash = c.key_hash AND (
        w.owner <> :member
        OR (w.owner IS NULL AND w.frame < c.frame AND w.due > :now AND w.due <= :now + 2 * :rest)
    )
))
LIMIT :room
"""  # no sort, no scan of a long backlog: a subquery with a limit is not flattened, and its order is kept

UNWANTED: Final = """
DELETE FROM frame WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
    SELECT 1 FROM subscription AS s CROSS JOIN waiting AS w ON w.subscription = s.id AND w.frame = frame.id
)
"""

Claim = tuple[int, int, bytes, bytes]
"""A frame's number, the attempt, its head and its body."""


class Membership(msgspec.Struct, frozen=True):
    """A member of a subscription."""

    member: int
    subscription: int


def candidates(db: sqlite3.Connection, membership: Membership, room: int) -> list[int]:
    """Return what a member may have now, in order: at most ``room`` frames, and at most its share."""
    found = db.execute(
        CANDIDATES,
        {
            "subscription": membership.subscription,
            "member": membership.member,
            "now": time.time(),
            "rest": LONGEST_DELAY,
            "window": WINDOW,
            "room": room,
        },
    ).fetchall()
    if len(found) > 1:
        (members,) = db.execute(
            "SELECT count(*) FROM member WHERE subscription = ?", (membership.subscription,)
        ).fetchone()
        found = found[: -(-len(found) // max(1, members))]
    return [frame for (frame,) in found]


def claim(db: sqlite3.Connection, membership: Membership, room: int) -> list[Claim]:
    """Take what a member may have now."""
    numbers = json.dumps(candidates(db, membership, room))
    db.execute(
        "UPDATE waiting SET owner = ?, attempt = attempt + 1"
        " WHERE subscription = ? AND frame IN (SELECT value FROM json_each(?))",
        (membership.member, membership.subscription, numbers),
    )
    return db.execute(
        "SELECT frame.id, waiting.attempt, frame.head, frame.body"
        " FROM json_each(?) AS wanted CROSS JOIN frame ON frame.id = wanted.value"
        " CROSS JOIN waiting ON waiting.subscription = ? AND waiting.frame = frame.id",
        (numbers, membership.subscription),
    ).fetchall()


def settle(
    db: sqlite3.Connection, membership: Membership, done: Sequence[int], released: Iterable[tuple[int, int]]
) -> None:
    """Remove the frames that are done; let those that were released (with their attempts) wait for redelivery."""
    if done:
        _remove(db, membership, done)
    now = time.time()
    db.executemany(
        "UPDATE waiting SET owner = NULL, due = ? WHERE subscription = ? AND owner = ? AND frame = ?",
        [
            (now + redelivery_delay(attempt), membership.subscription, membership.member, frame)
            for frame, attempt in released
        ],
    )


def accept(db: sqlite3.Connection, membership: Membership, frames: Sequence[int]) -> None:
    """Remove frames that a member has, all of them.

    Raises:
        UsageError: it does not have all of them; the caller's transaction must be rolled back.
    """
    if _remove(db, membership, frames) != len(frames):
        raise UsageError("a transaction accepts unsettled deliveries of the consumer that it is given")


def _remove(db: sqlite3.Connection, membership: Membership, frames: Sequence[int]) -> int:
    """Remove frames that a member has; return how many it had."""
    numbers = json.dumps(frames)
    removed = db.execute(
        "DELETE FROM waiting WHERE subscription = ? AND owner = ? AND frame IN (SELECT value FROM json_each(?))",
        (membership.subscription, membership.member, numbers),
    ).rowcount
    db.execute(UNWANTED, (numbers,))
    return removed


def release_all(db: sqlite3.Connection, membership: Membership, undelivered: Iterable[int] = ()) -> None:
    """Release all that a member has; what was not handed to a receiver does not count as an attempt."""
    db.execute(
        "UPDATE waiting INDEXED BY touched SET owner = NULL, due = 0"
        " WHERE subscription = ? AND attempt > 0 AND owner = ?",
        (membership.subscription, membership.member),
    )
    db.executemany(
        "UPDATE waiting SET attempt = attempt - 1 WHERE subscription = ? AND frame = ?",
        [(membership.subscription, frame) for frame in undelivered],
    )
