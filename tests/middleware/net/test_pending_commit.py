"""What a member commits: the text with an offset, and only what moved."""

from __future__ import annotations

import pytest

from cimbus.middleware.net import AssignedPartition, CommitMetadata, PendingCommit, read_commit_metadata


def test_it_is_read_as_it_was_written():
    note = CommitMetadata(12, "tag")
    assert read_commit_metadata(note.write()) == note


@pytest.mark.parametrize("text", ["", None, "something of others", "1", "x/y", "-1/a", "1/2/3"])
def test_what_others_wrote_is_the_same_as_nothing(text):
    assert read_commit_metadata(text) == CommitMetadata()


def partitions():
    """Return two partitions, of the first of which three records were delivered."""
    first, second = AssignedPartition(("topic", 0), 0), AssignedPartition(("topic", 1), 7)
    for offset in range(3):
        first.tracker.came(offset)
    first.seen = 3
    return first, second


def test_what_is_new_moved_or_was_seen_is_pending():
    first, second = partitions()
    pending = PendingCommit([first, second], "me")
    assert pending.offsets == {("topic", 0): (0, "3/me"), ("topic", 1): (7, "0/me")}
    pending.done()
    assert PendingCommit([first, second], "me").offsets == {}
    first.tracker.settled(0)
    assert PendingCommit([first, second], "me").offsets == {("topic", 0): (1, "3/me")}
    second.seen = 8
    assert PendingCommit([second], "me").offsets == {("topic", 1): (7, "8/me")}


def test_what_moves_while_it_is_committed_stays_pending():
    first, _ = partitions()
    pending = PendingCommit([first], "me")
    first.tracker.settled(0)
    first.seen = 4
    pending.done()
    assert (first.committed, first.before, first.ours) == (0, 3, True)
    assert PendingCommit([first], "me").offsets == {("topic", 0): (1, "4/me")}


def test_a_commit_that_fails_changes_nothing():
    first, _ = partitions()
    assert PendingCommit([first], "me").offsets == PendingCommit([first], "me").offsets
    assert (first.committed, first.ours) == (None, False)
