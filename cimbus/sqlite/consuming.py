"""Taking frames from the file, and settling them.

Blocking, for the worker's thread only; each call is part of a transaction of the caller's. Rules:

* A frame in hand is a row with an owner. It is settled by removing the row, and the frame with its last row.
* Frames of one lane are never in hand at two members, and a resting frame holds up the later ones of its lane.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

FIRST_REST: Final = 0.01
LONGEST_REST: Final = 1.0
WINDOW: Final = 10_000
"""How far a claim looks past frames that it may not have, before it leaves the rest for later."""

CANDIDATES: Final = """
SELECT c.frame FROM (
    SELECT frame, lane, due FROM waiting WHERE subscription = :subscription AND owner IS NULL
    ORDER BY frame LIMIT :window
) AS c
WHERE (c.due <= :now OR c.due > :now + 2 * :rest)  -- or the clock was set back
AND (c.lane IS NULL OR NOT EXISTS (
    SELECT 1 FROM waiting AS w INDEXED BY touched
    WHERE w.subscription = :subscription AND w.attempt > 0 AND w.lane = c.lane AND (
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


class Seat(msgspec.Struct, frozen=True):
    """A member of a subscription."""

    member: int
    subscription: int


def rest(attempt: int) -> float:
    """Return for how many seconds a frame rests that was released at this attempt."""
    return min(LONGEST_REST, FIRST_REST * 2.0 ** min(attempt - 1, 10))


def candidates(db: sqlite3.Connection, seat: Seat, room: int) -> list[int]:
    """Return what a member may have now, in order: at most ``room`` frames, and at most its share."""
    found = db.execute(
        CANDIDATES,
        {
            "subscription": seat.subscription,
            "member": seat.member,
            "now": time.time(),
            "rest": LONGEST_REST,
            "window": WINDOW,
            "room": room,
        },
    ).fetchall()
    if len(found) > 1:
        (members,) = db.execute("SELECT count(*) FROM member WHERE subscription = ?", (seat.subscription,)).fetchone()
        found = found[: -(-len(found) // max(1, members))]
    return [frame for (frame,) in found]


def claim(db: sqlite3.Connection, seat: Seat, room: int) -> list[Claim]:
    """Take what a member may have now."""
    numbers = json.dumps(candidates(db, seat, room))
    db.execute(
        "UPDATE waiting SET owner = ?, attempt = attempt + 1"
        " WHERE subscription = ? AND frame IN (SELECT value FROM json_each(?))",
        (seat.member, seat.subscription, numbers),
    )
    return db.execute(
        "SELECT frame.id, waiting.attempt, frame.head, frame.body"
        " FROM json_each(?) AS wanted CROSS JOIN frame ON frame.id = wanted.value"
        " CROSS JOIN waiting ON waiting.subscription = ? AND waiting.frame = frame.id",
        (numbers, seat.subscription),
    ).fetchall()


def settle(db: sqlite3.Connection, seat: Seat, done: Sequence[int], released: Iterable[tuple[int, int]]) -> None:
    """Forget the frames that are done; let those that were released (and their attempts) rest and go again."""
    if done:
        numbers = json.dumps(done)
        db.execute(
            "DELETE FROM waiting WHERE subscription = ? AND owner = ? AND frame IN (SELECT value FROM json_each(?))",
            (seat.subscription, seat.member, numbers),
        )
        db.execute(UNWANTED, (numbers,))
    now = time.time()
    db.executemany(
        "UPDATE waiting SET owner = NULL, due = ? WHERE subscription = ? AND owner = ? AND frame = ?",
        [(now + rest(attempt), seat.subscription, seat.member, frame) for frame, attempt in released],
    )


def give_back(db: sqlite3.Connection, seat: Seat, untouched: Iterable[int] = ()) -> None:
    """Give back all that a member has in hand; what it never saw does not count as an attempt."""
    db.execute(
        "UPDATE waiting INDEXED BY touched SET owner = NULL, due = 0"
        " WHERE subscription = ? AND attempt > 0 AND owner = ?",
        (seat.subscription, seat.member),
    )
    db.executemany(
        "UPDATE waiting SET attempt = attempt - 1 WHERE subscription = ? AND frame = ?",
        [(seat.subscription, frame) for frame in untouched],
    )
