"""Outcomes: written together, written again after a lost connection, and credit that is released."""

from __future__ import annotations

import pytest

from .support import ACCEPTED

from cimbus_jms.amqp.links import REJECTED  # isort: skip
from cimbus_jms.amqp.settlements import Settlements, UnsettledMessage  # isort: skip


class Link:
    """A receiving link that notes what is settled."""

    credit = 0

    def __init__(self):
        self.settled = []
        self.flows = []

    def settle(self, handle, state, *, transaction=None):
        self.settled.append((handle, state) if transaction is None else (handle, state, transaction))

    def flow(self, count):
        self.flows.append(count)


def messages(count):
    return [UnsettledMessage(f"handle {number}", f"id {number}", 0) for number in range(count)]


def test_outcomes_are_written_once():
    settlements, link, (one, two) = Settlements(10), Link(), messages(2)
    settlements.note(one, ACCEPTED)
    settlements.note(two, REJECTED)
    settlements.write(link)
    settlements.write(link)
    assert link.settled == [("handle 0", ACCEPTED), ("handle 1", REJECTED)]
    assert one.handle is None


def test_an_outcome_is_written_again_when_its_message_is_redelivered():
    """What was written last may not have reached the broker; what is unsettled waits for its outcome."""
    settlements, link, (written, noted, held, other) = Settlements(10), Link(), messages(4)
    settlements.note(written, ACCEPTED)
    settlements.write(link)
    settlements.note(noted, REJECTED)
    settlements.lost([held])
    assert {message.handle for message in (written, noted, held)} == {None}
    settlements.begin()
    link.settled.clear()
    for number in range(3):
        assert settlements.redelivered(f"id {number}", f"again {number}")
        assert not settlements.redelivered(f"id {number}", f"again {number}")
    assert not settlements.redelivered(other.message_id, "again 3")
    settlements.write(link)
    assert link.settled == [("again 0", ACCEPTED), ("again 1", REJECTED)]
    settlements.note(held, ACCEPTED)
    settlements.write(link)
    assert link.settled[2:] == [("again 2", ACCEPTED)]


def test_what_a_transaction_accepted_is_not_written_again():
    settlements, link, (one, two) = Settlements(10), Link(), messages(2)
    settlements.accept_within([one, two], b"tx", link)
    assert link.settled == [("handle 0", ACCEPTED, b"tx"), ("handle 1", ACCEPTED, b"tx")]
    settlements.lost([])
    assert not settlements.redelivered("id 0", "again")


@pytest.mark.parametrize(("left", "flows"), [(6, []), (5, [3]), (0, [3])])
def test_credit_is_given_back_before_it_ends(left, flows):
    settlements, link = Settlements(10), Link()
    for message in messages(3):
        settlements.note(message, ACCEPTED)
    settlements.write(link)
    link.credit = left
    settlements.replenish(link)
    settlements.replenish(link)
    assert link.flows == flows
