"""What has come of a packet is kept in few pieces, however it came."""

from __future__ import annotations

import random

import pytest

from cimbus.middleware.net import IncompleteOctets
from cimbus.middleware.net.incomplete import SMALL

WHOLE = random.Random(61968).randbytes(20 * SMALL)


@pytest.mark.parametrize("size", [1, 7, SMALL - 1, SMALL, 3 * SMALL + 1])
def test_pieces_of_any_size_make_the_whole(size: int) -> None:
    kept, first = IncompleteOctets(), WHOLE[:2]
    kept.begin(first, len(WHOLE) - len(first))
    found = [kept.add(WHOLE[at : at + size]) for at in range(len(first), len(WHOLE), size)]

    assert found[-1] == WHOLE
    assert not any(found[:-1])
    assert len(kept) == 0


def test_octets_that_come_one_by_one_make_few_pieces() -> None:
    kept = IncompleteOctets()
    kept.begin(b"", len(WHOLE) + 1)
    for at in range(len(WHOLE)):
        kept.add(WHOLE[at : at + 1])

    assert len(kept) == len(WHOLE)
    assert len(kept._pieces) == 20


def test_a_piece_with_nothing_before_it_is_returned_as_it_is() -> None:
    piece = bytes(100)

    assert IncompleteOctets().add(piece) is piece
