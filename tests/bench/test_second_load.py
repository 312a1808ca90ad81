"""A second generator, which shares no code with the first one, sends the same load: counts and rates agree.

Latencies depend on how busy a machine is from one run to the next: ``python benchmarks/second_load.py`` compares them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "benchmarks" / "second_load.py"
RATE, SECONDS = 100.0, 2.0


def test_both_generators_count_the_same():
    command = [sys.executable, str(PROGRAM), "--rate", str(RATE), "--seconds", str(SECONDS), "--json"]

    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=150)

    found = json.loads(done.stdout)
    for each in found.values():
        assert (each["count"], each["lost"], each["doubled"]) == (RATE * SECONDS, 0, 0)
        assert each["rate_due"] == pytest.approx(RATE)
        assert each["p50"] <= each["p90"] <= each["p99"]
        # messages are not handled faster than they are due
        assert 0 < each["rate_handled"] <= RATE * 1.1


def test_the_second_generator_shares_nothing_with_the_first():
    text = PROGRAM.read_text(encoding="utf-8")

    assert "import cimbus.bench" not in text
    assert "from cimbus.bench" not in text
    assert "hdrh" not in text
