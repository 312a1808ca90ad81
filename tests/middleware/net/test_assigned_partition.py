"""How far a partition is settled: never further than the first gap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.net import AssignedPartition, OffsetTracker, SettledOffsets


def test_a_position_stops_at_the_first_gap():
    tracker = OffsetTracker(10)
    for offset in (10, 11, 13, 14):  # compaction took 12
        tracker.came(offset)
    assert tracker.position == 10
    tracker.settled(11)
    tracker.settled(13)
    assert tracker.position == 10
    tracker.settled(10)
    assert tracker.position == 14
    tracker.settled(14)
    assert tracker.position == tracker.end == 15


def test_what_is_skipped_is_settled_as_soon_as_what_is_before_it():
    tracker = OffsetTracker(0)
    tracker.skipped(0)
    assert tracker.position == 1
    tracker.came(1)
    tracker.skipped(2)
    assert tracker.position == 1
    tracker.settled(1)
    assert tracker.position == 3


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=40), st.randoms())
def test_a_position_is_below_everything_unsettled_and_grows(steps, random):
    tracker = OffsetTracker(0)
    offset, open_ = 0, []
    for gap, wanted in steps:
        offset += gap
        if wanted:
            tracker.came(offset)
            open_.append(offset)
        else:
            tracker.skipped(offset)
    end = offset + 1
    before = tracker.position
    random.shuffle(open_)
    while open_:
        tracker.settled(open_.pop())
        assert before <= tracker.position <= min(open_, default=end)
        assert tracker.unsettled == len(open_)
        before = tracker.position
    assert tracker.position == end


def partition():
    found = AssignedPartition(("topic", 0), 0)
    for offset in range(4):
        found.tracker.came(offset)
    return found


def test_one_notification_is_under_way_however_much_is_settled():
    notified = []
    settled = SettledOffsets(lambda: notified.append(True))
    here = partition()
    settled.put((here, 0))
    settled.put((here, 1))

    assert len(notified) == 1

    settled.apply()
    settled.put((here, 2))

    assert len(notified) == 2


def test_applying_moves_offsets_to_the_trackers_of_their_partitions():
    settled = SettledOffsets(lambda: None)
    one, other = partition(), partition()
    for settled_here in ((one, 0), (other, 0), (one, 1)):
        settled.put(settled_here)
    settled.apply()

    assert (one.tracker.position, other.tracker.position, len(settled)) == (2, 1, 0)


def test_offsets_of_a_lost_partition_are_ignored():
    settled = SettledOffsets(lambda: None)
    here = partition()
    settled.put((here, 0))
    here.lost = True
    settled.apply()

    assert here.tracker.position == 0
