"""The results of one send."""

from __future__ import annotations

from cimbus.middleware.net import SendResults


def test_a_batch_is_done_when_all_its_results_are_there():
    batch, error = SendResults(2), ValueError()
    batch.settle(1, error)
    assert not batch.is_set()
    batch.settle(0, None)
    assert batch.is_set()
    assert batch.results == [None, error]
