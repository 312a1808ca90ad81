"""The queues of the memory transport and the tables of the SQLite transport share frames out by the same rules.

A model without any of their machinery watches both: what was sent, who has what, and what must therefore come next.
"""

from __future__ import annotations

import tempfile
from collections import deque
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.memory.queue import MessageQueue, QueuedFrame
from cimbus.middleware.net import redelivery
from cimbus.middleware.sqlite import claims, membership
from cimbus.middleware.sqlite.store import Store
from cimbus.middleware.transport import SubscriptionSpec

SPEC = SubscriptionSpec(patterns=(Pattern(),), group="group", durable=True)
KEYS = st.sampled_from(["", "a", "b", "c"])
WHO = st.integers(0, 2)


def frame(number, key):
    return Frame(topic=Topic("production", "events", "N", "created", key), body=b"%d" % number)


class Member:
    credit = 6
    waits = False

    def __init__(self):
        self.unsettled = {}
        self.reserved = deque()

    def look(self):
        raise AssertionError("no member waits here")


class InMemory:
    """The queue of one group, and its members by number."""

    def __init__(self):
        self.queue = MessageQueue((Pattern(),), group="group", limit=10_000)
        self.members = {}

    def join(self, who):
        self.members[who] = Member()
        self.queue.members.append(self.members[who])

    def send(self, number, key):
        self.queue.put(QueuedFrame(number, frame(number, key), key or number))

    def take(self, who):
        return [(int(entry.frame.body), entry.attempt) for entry in self.queue.take(self.members[who])]

    def settle(self, who, number, *, release):
        member = self.members[who]
        entry = member.unsettled.pop(number)
        if release:
            self.queue.release(entry, member)
        else:
            self.queue.forget(entry)

    def leave(self, who):
        self.queue.leave(self.members.pop(who))

    def close(self):
        assert self.queue.size == 0


class InFile:
    """The same in a file."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "bus.db", 0, lambda: True)
        self.members = {}
        with self.store.writing():  # the group is there before its first member of the test
            first = membership.join(self.store.db, SPEC, "lock")
            membership.leave(self.store.db, first, [])
        self.numbers = {}

    def join(self, who):
        with self.store.writing():
            self.members[who] = membership.join(self.store.db, SPEC, "lock")

    def send(self, number, key):
        self.store.append([frame(number, key)])

    def take(self, who):
        member = self.members[who]
        with self.store.writing():
            (held,) = self.store.db.execute("SELECT count(*) FROM waiting WHERE owner = ?", (member.member,)).fetchone()
            rows = claims.claim(self.store.db, member, 6 - held)
        self.numbers.update({int(body): row for row, _, _, body in rows})
        return [(int(body), attempt) for _, attempt, _, body in rows]

    def settle(self, who, number, *, release):
        row = self.numbers[number]
        with self.store.writing():
            claims.settle(self.store.db, self.members[who], [] if release else [row], [(row, 1)] if release else [])

    def leave(self, who):
        with self.store.writing():
            membership.leave(self.store.db, self.members.pop(who), [])

    def close(self):
        left = [self.store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("waiting", "frame")]
        self.store.close()
        self.folder.cleanup()
        assert left == [0, 0]


class Sharing(RuleBasedStateMachine):
    """What a group must do, whatever its members do."""

    make = InMemory

    def __init__(self):
        super().__init__()
        self.group = self.make()
        self.sent = 0
        self.waiting = {}
        """key by number, of what is at no member"""
        self.held = {}
        """{number: key} by member"""
        self.attempts = {}

    @rule(keys=st.lists(KEYS, min_size=1, max_size=5))
    def send(self, keys):
        for key in keys:
            self.sent += 1
            self.group.send(self.sent, key)
            self.waiting[self.sent] = key
            self.attempts[self.sent] = 0

    @rule(who=WHO)
    def join(self, who):
        if who not in self.held:
            self.group.join(who)
            self.held[who] = {}

    @precondition(lambda self: self.held)
    @rule(who=WHO)
    def take(self, who):
        if who in self.held:
            self._take(who)

    def _take(self, who):
        taken = self.group.take(who)
        for number, attempt in taken:
            key = self.waiting.pop(number)  # it was at no member
            self.attempts[number] += 1
            assert attempt == self.attempts[number]
            if key:
                assert not any(key in its.values() for other, its in self.held.items() if other != who)
                assert number < min((later for later, its in self.waiting.items() if its == key), default=number + 1)
            self.held[who][number] = key
        assert len(self.held[who]) <= 6
        return taken

    @precondition(lambda self: any(self.held.values()))
    @rule(data=st.data(), release=st.booleans())
    def settle(self, data, release):
        choices = [(who, number) for who, its in self.held.items() for number in its]
        who, number = data.draw(st.sampled_from(choices))
        self._settle(who, number, release=release)

    def _settle(self, who, number, *, release):
        key = self.held[who].pop(number)
        self.group.settle(who, number, release=release)
        if release:
            self.waiting[number] = key

    @rule(who=WHO)
    def leave(self, who):
        if who in self.held:
            self.group.leave(who)
            self.waiting |= self.held.pop(who)

    @invariant()
    def nothing_is_lost_to_somebody_alone(self):
        """Who is the only member, with room and nothing unsettled, gets something if there is something."""
        if len(self.held) == 1 and self.waiting:
            ((who, its),) = self.held.items()
            if not its:
                assert self._take(who)

    def teardown(self):
        self.join(0)
        for who in list(self.held):
            if who:
                self.leave(who)
        while self.waiting or self.held[0]:
            for number in list(self.held[0]):
                self._settle(0, number, release=False)
            if self.waiting:
                assert self._take(0)
        self.group.close()


class SharingInFile(Sharing):
    make = InFile


@pytest.fixture(autouse=True)
def _no_delay(monkeypatch):
    """Released frames go again at once: the model has no clock."""
    monkeypatch.setattr(redelivery, "FIRST_DELAY", 0.0)


TestSharingInMemory = pytest.mark.usefixtures("_no_delay")(Sharing.TestCase)
TestSharingInFile = pytest.mark.usefixtures("_no_delay")(SharingInFile.TestCase)
TestSharingInMemory.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestSharingInFile.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
