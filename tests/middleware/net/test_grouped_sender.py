"""Messages that share receipts, and the one that a broker refuses among those that it takes."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import SendError
from cimbus.middleware.net import ClosedByBrokerError, ConnectionLostError, GroupedSendWindow
from cimbus.middleware.net.grouped_sender import GROUP_SIZE, MAX_GROUPS, REFUSED_AFTER

pytestmark = pytest.mark.anyio


class Written:
    """A connection that notes what is written."""

    lost = None

    def __init__(self):
        self.groups = {}


class GroupedLines(GroupedSendWindow):
    """Writes groups of lines."""

    def _write_group(self, connection, receipt, group):
        connection.groups[receipt] = [item.message for item in group]

    def confirm(self, receipt):
        self._confirm(receipt)
        self._fill_window()


async def results_of(sender, connect, *messages):
    """Send messages; ``connect`` is called while they wait for their results."""
    found = []

    async def send():
        found.extend(await sender.send(messages))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(20):
            await connect()
    return found


async def test_groups_and_their_number_are_bounded_and_a_receipt_makes_room():
    sender, connection = GroupedLines(window=65_535), Written()
    count = GROUP_SIZE * (MAX_GROUPS + 1)

    async def connect():
        await sender.connected(connection)
        assert [len(group) for group in connection.groups.values()] == [GROUP_SIZE] * MAX_GROUPS
        assert sender.in_flight == GROUP_SIZE * MAX_GROUPS
        for receipt in range(1, MAX_GROUPS + 2):
            sender.confirm(str(receipt))

    assert await results_of(sender, connect, *range(count)) == [None] * count
    assert [message for group in connection.groups.values() for message in group] == list(range(count))


async def test_one_message_that_is_refused_is_told_from_those_around_it():
    sender = GroupedLines(window=1_024)

    async def connect():
        while True:
            connection = Written()
            await sender.connected(connection)
            for receipt, group in list(connection.groups.items()):
                assert len(group) in (1, 5)
                if "bad" in group:
                    sender._find_refused(receipt, "it is bad")
                    sender.disconnected(ConnectionLostError("refused"))
                    break
                sender.confirm(receipt)
            while sender.current.connection is not None and sender.in_flight:
                (receipt,) = sender._receipts
                if connection.groups[receipt] == ["bad"]:
                    sender._find_refused("", "it is bad")
                    sender.disconnected(ConnectionLostError("refused"))
                else:
                    sender.confirm(receipt)
            if sender.current.connection is not None:
                return

    found = await results_of(sender, connect, "a", "b", "bad", "c", "d")
    assert [str(result) for result in found if result] == ["the broker refused the frame: it is bad"]
    assert isinstance(found[2], SendError)


async def test_what_the_broker_closes_connections_over_is_refused_in_the_end():
    sender, attempts = GroupedLines(window=1_024), []

    async def connect():
        while True:
            connection = Written()
            await sender.connected(connection)
            while sender.in_flight:
                (receipt,) = sender._receipts
                if "bad" in connection.groups[receipt]:
                    attempts.append(connection.groups[receipt])
                    sender.disconnected(ClosedByBrokerError("closed"))
                    break
                sender.confirm(receipt)
            else:
                return

    found = await results_of(sender, connect, "a", "bad", "c")
    assert [isinstance(result, SendError) for result in found] == [False, True, False]
    assert len(attempts) == REFUSED_AFTER
    assert attempts[-1] == ["bad"]
