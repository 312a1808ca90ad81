"""Who does not use brokers does not load them, and who has no pytest can."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("import cimbus, cimbus.testing, cimbus.bench.brokers", "cimbus.testing.brokers"),
        ("import cimbus.testing.brokers", "pytest cryptography"),
    ],
)
def test_importing_one_does_not_import_the_other(code, without):
    code += f"; import sys; print([name for name in {without.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == "[]\n"
