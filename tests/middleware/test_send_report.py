"""Results that say for which frames no subscription exists."""

from __future__ import annotations

from cimbus.middleware.send_report import SendReport, unroutable_in


def test_it_is_the_list_of_results():
    error = ValueError("too large")
    report = SendReport([None, error, None], [2])

    assert report == [None, error, None]
    assert unroutable_in(report) == {2}
    assert unroutable_in([None, error]) == unroutable_in(SendReport([], ())) == frozenset()
