"""Octets of a frame that are counted instead of kept."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.net import SkippedOctets


@given(st.binary(max_size=40), st.binary(max_size=10), st.booleans(), st.lists(st.integers(0, 60)))
def test_the_end_is_found_in_whatever_pieces(octets, behind, measured, cuts):
    frame = (octets if measured else octets.replace(b"\0", b"1")) + b"\0"
    data = frame + behind
    skipped = SkippedOctets(len(frame)) if measured else SkippedOctets()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    ends = []
    for start, end in pairwise(places):
        if (stop := skipped.feed(data[:end], start)) >= 0:
            ends.append(stop)
            break

    assert ends == [len(frame)]
    assert (skipped.size, skipped.last) == (len(frame), 0)
