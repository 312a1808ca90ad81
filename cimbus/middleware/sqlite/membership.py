"""Subscriptions and their members: joining, leaving, and removing those of dead processes.

Blocking, for the worker's thread only; each call is part of a transaction of the caller's. A change of subscriptions
increments ``epoch``, so that every sender reads them again before its next frame.
"""

from __future__ import annotations

import sqlite3
import uuid
from typing import Final

from cimbus.middleware.group import GroupDescription, ordered, patterns_digest
from cimbus.middleware.transport import SubscriptionSpec

from .claims import Membership, release_all
from .records import group_of, name_of, read_patterns, write_patterns

PRIVATE: Final = b"\xff"
"""What the name of a subscription begins with that is no group: no text has this octet (RFC 3629, 3)."""


def join(db: sqlite3.Connection, spec: SubscriptionSpec, lock: str) -> Membership:
    """Add a member, whose process holds ``lock``; with other patterns, a group of that name is another one."""
    name = name_of(spec.group) if spec.group else PRIVATE + uuid.uuid4().bytes
    (subscription,) = db.execute(
        "INSERT INTO subscription (name, durable, patterns) VALUES (?, ?, ?)"
        " ON CONFLICT (name, patterns) DO UPDATE SET durable = max(durable, excluded.durable)"
        " RETURNING id",
        (name, spec.durable, write_patterns(ordered(spec.patterns))),
    ).fetchone()
    member = db.execute("INSERT INTO member (subscription, lock) VALUES (?, ?)", (subscription, lock)).lastrowid
    _changed(db)
    return Membership(member or 0, subscription)


def leave(db: sqlite3.Connection, membership: Membership, undelivered: list[int]) -> None:
    """Remove a member; what it had is released."""
    release_all(db, membership, undelivered)
    db.execute("DELETE FROM member WHERE id = ?", (membership.member,))
    _end_abandoned(db)


def other_locks(db: sqlite3.Connection, lock: str) -> list[str]:
    """Return the locks of all other transports that have members."""
    return [token for (token,) in db.execute("SELECT DISTINCT lock FROM member WHERE lock <> ?", (lock,))]


def evict(db: sqlite3.Connection, lock: str) -> None:
    """Remove the members of a dead transport; what they had is released."""
    for row in db.execute("SELECT id, subscription FROM member WHERE lock = ?", (lock,)).fetchall():
        release_all(db, Membership(*row))
    db.execute("DELETE FROM member WHERE lock = ?", (lock,))
    _end_abandoned(db)


def describe(db: sqlite3.Connection) -> list[GroupDescription]:
    """Return what there is to tell of the groups; a consumer without one is none."""
    rows = db.execute(
        "SELECT name, patterns, (SELECT count(*) FROM member WHERE member.subscription = subscription.id),"
        " (SELECT count(*) FROM waiting WHERE waiting.subscription = subscription.id)"
        " FROM subscription ORDER BY name, id"
    ).fetchall()
    return [
        GroupDescription(
            name=_full_name(name, patterns),
            group=group_of(name),
            receives=tuple(map(str, read_patterns(patterns))),
            consumers=consumers,
            backlog=backlog,
        )
        for name, patterns, consumers, backlog in rows
        if not name.startswith(PRIVATE)
    ]


def _full_name(name: bytes, patterns: bytes) -> str:
    return f"{group_of(name)}-{patterns_digest(read_patterns(patterns))}"


def forget(db: sqlite3.Connection, group: str) -> int:
    """End groups of this name that have no members, with their backlog; return how many frames that were."""
    wanted = [
        (number,)
        for number, name, patterns in db.execute("SELECT id, name, patterns FROM subscription").fetchall()
        if group in (group_of(name), _full_name(name, patterns))
    ]
    db.executemany(
        "UPDATE subscription SET durable = 0 WHERE id = ?"
        " AND NOT EXISTS (SELECT 1 FROM member WHERE member.subscription = subscription.id)",
        wanted,
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
