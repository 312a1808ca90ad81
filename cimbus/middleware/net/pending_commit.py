"""What a member of a group commits of its partitions: offsets, each with some text (``CommitMetadata``). Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .assigned_partition import AssignedPartition


class CommitMetadata(msgspec.Struct, frozen=True):
    """What is committed with the offset of one partition: ``seen/member``.

    So a redelivery is known as one, and a member knows whether another one had its partition meanwhile.

    >>> CommitMetadata(12, "a1b2").write()
    '12/a1b2'
    >>> read_commit_metadata("12/a1b2").seen
    12
    """

    seen: int = 0
    """Records below this offset have been delivered to a handler."""
    member: str = ""
    """The session that committed; empty: the one that committed initial offsets."""

    def write(self) -> str:
        """Write it."""
        return f"{self.seen}/{self.member}"


def read_commit_metadata(text: str | None) -> CommitMetadata:
    """Read it; a text that others have written is the same as none.

    >>> read_commit_metadata("written by a tool of the broker")
    CommitMetadata(seen=0, member='')
    """
    words = (text or "").split("/")
    if len(words) != 2 or not words[0].isdecimal():
        return CommitMetadata()
    return CommitMetadata(int(words[0]), words[1])


class PendingCommit:
    """How far partitions are settled at one moment, of those for which that was not committed yet.

    Args:
        partitions: those that a member has.
        member: its name in ``CommitMetadata``.

    Attributes:
        offsets: what is to be committed, by the partition's topic and number: the offset, and the text.

    >>> partition = AssignedPartition(("readings", 0), start=5)
    >>> pending = PendingCommit([partition], "a1b2")
    >>> pending.offsets
    {('readings', 0): (5, '0/a1b2')}
    >>> pending.done()  # the broker has it
    >>> PendingCommit([partition], "a1b2").offsets
    {}
    """

    def __init__(self, partitions: Iterable[AssignedPartition], member: str) -> None:
        self.offsets: dict[tuple[str, int], tuple[int, str]] = {}
        self._moved: list[tuple[AssignedPartition, int, int]] = []
        """The partitions, each with its position and with what was seen of it."""
        for partition in partitions:
            position, seen = partition.tracker.position, partition.seen
            if position != partition.committed or seen != partition.before or not partition.ours:
                self._moved.append((partition, position, seen))
                self.offsets[partition.where] = (position, CommitMetadata(seen, member).write())

    def done(self) -> None:
        """Note that it was committed."""
        for partition, position, seen in self._moved:
            partition.committed = position
            partition.ours = True
            partition.before = max(partition.before, seen)
