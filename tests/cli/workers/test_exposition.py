"""Metrics of several processes as one text."""

from __future__ import annotations

from cimbus.cli.workers.exposition import merged


def test_families_stay_together_and_samples_have_their_worker():
    one = '# HELP a A.\n# TYPE a counter\na_total{x="1"} 1\n# HELP b B.\n# TYPE b gauge\nb 2\n'

    assert merged({1: one, 2: one}).splitlines() == [
        "# HELP a A.",
        "# TYPE a counter",
        'a_total{worker="1",x="1"} 1',
        'a_total{worker="2",x="1"} 1',
        "# HELP b B.",
        "# TYPE b gauge",
        'b{worker="1"} 2',
        'b{worker="2"} 2',
    ]


def test_the_value_of_a_label_may_hold_braces_and_quotes():
    sample = r'a{topic="x} 1 {y",text="say \"}\""} 3 1700000000'

    assert merged({7: sample}) == r'a{worker="7",topic="x} 1 {y",text="say \"}\""} 3 1700000000' + "\n"


def test_openmetrics_ends_once():
    assert merged({1: "a 1\n# EOF\n", 2: "a 2\n# EOF\n"}) == 'a{worker="1"} 1\na{worker="2"} 2\n# EOF\n'
