"""Subscriptions and their members: who comes, who leaves, who has died.

Blocking, for the worker's thread only; each call is part of a transaction of the caller's, who also says that
subscriptions changed (the ``epoch``), so that every sender reads them again before its next frame.
"""

from __future__ import annotations

import sqlite3
import uuid

from cimbus.transport import Intake

from .consuming import Seat, give_back
from .records import name_of, write_patterns


def join(db: sqlite3.Connection, intake: Intake, life: str) -> Seat:
    """Add a member; what its group wants from now on is what the last to join has declared."""
    name = name_of(intake.group or f"private {uuid.uuid4()}")
    (subscription,) = db.execute(
        "INSERT INTO subscription (name, durable, patterns) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET durable = max(durable, excluded.durable), patterns = excluded.patterns"
        " RETURNING id",
        (name, intake.durable, write_patterns(intake.patterns)),
    ).fetchone()
    member = db.execute("INSERT INTO member (subscription, life) VALUES (?, ?)", (subscription, life)).lastrowid
    _changed(db)
    return Seat(member or 0, subscription)


def part(db: sqlite3.Connection, seat: Seat, untouched: list[int]) -> None:
    """Remove a member; what it had in hand goes back."""
    give_back(db, seat, untouched)
    db.execute("DELETE FROM member WHERE id = ?", (seat.member,))
    _end_abandoned(db)


def other_lives(db: sqlite3.Connection, life: str) -> list[str]:
    """Return the lives of all other transports that have members."""
    return [token for (token,) in db.execute("SELECT DISTINCT life FROM member WHERE life <> ?", (life,))]


def evict(db: sqlite3.Connection, life: str) -> None:
    """Remove the members of a transport that has died; what they had in hand goes back."""
    for seat in db.execute("SELECT id, subscription FROM member WHERE life = ?", (life,)).fetchall():
        give_back(db, Seat(*seat))
    db.execute("DELETE FROM member WHERE life = ?", (life,))
    _end_abandoned(db)


def forget(db: sqlite3.Connection, group: str) -> int:
    """End a durable group that has no members, with its backlog; return how many frames that were."""
    db.execute(
        "UPDATE subscription SET durable = 0 WHERE name = ?"
        " AND NOT EXISTS (SELECT 1 FROM member WHERE member.subscription = subscription.id)",
        (name_of(group),),
    )
    return _end_abandoned(db)


def _end_abandoned(db: sqlite3.Connection) -> int:
    """End the subscriptions that are neither durable nor have a member; return how many frames they had waiting."""
    ended = db.execute(
        "SELECT id FROM subscription WHERE NOT durable"
        " AND NOT EXISTS (SELECT 1 FROM member WHERE member.subscription = subscription.id)"
    ).fetchall()
    waited = 0
    for (subscription,) in ended:
        waited += db.execute("SELECT count(*) FROM waiting WHERE subscription = ?", (subscription,)).fetchone()[0]
        db.execute(
            "DELETE FROM frame WHERE id IN (SELECT frame FROM waiting WHERE subscription = :ended) AND NOT EXISTS ("
            " SELECT 1 FROM subscription AS s CROSS JOIN waiting AS w ON w.subscription = s.id AND w.frame = frame.id"
            " WHERE s.id <> :ended)",
            {"ended": subscription},
        )
        db.execute("DELETE FROM waiting WHERE subscription = ?", (subscription,))
        db.execute("DELETE FROM subscription WHERE id = ?", (subscription,))
    if ended:
        _changed(db)
    return waited


def _changed(db: sqlite3.Connection) -> None:
    db.execute("UPDATE state SET epoch = epoch + 1")
