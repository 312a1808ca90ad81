"""Damaged inputs for every parser: 2 000 of each in the tests, any number with ``python -m fuzz.run`` (see there)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.checks import PARSERS
from fuzz.run import failure

SEED = 20_260_301
"""The same in each run, so that a failure is one of the change that is tested; the failure's text has it."""
COUNT = 2_000
PIECES = 4
"""Tests for each parser, so that none runs for more than some seconds."""


@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("parser", PARSERS)
def test_a_damaged_input_is_refused_or_read(parser: str, piece: int) -> None:
    for index in range(piece, COUNT, PIECES):
        found = failure(parser, SEED, index)
        assert not found, found


def test_the_command_repeats_one_input_and_counts() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.run", "header", "--count", "5", "--seed", "7"],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("header: 0 failures, seed 7")
