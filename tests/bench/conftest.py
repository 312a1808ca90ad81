"""What tests of loads share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """No settings of the machine's own."""
    monkeypatch.delenv("CIMBUS_BUS", raising=False)
    monkeypatch.delenv("CIMBUS_DEAD_LETTERS", raising=False)


@pytest.fixture
def files(tmp_path):
    """Make a file; return its path as text."""

    def make(name, text):
        path = Path(tmp_path, name)
        path.write_text(text, encoding="utf-8")
        return str(path)

    return make


@pytest.fixture
def cimbus(capfdbinary):
    """Run a command in this process; return (exit code, stdout, stderr)."""
    from cimbus.cli import main

    def call(*arguments):
        capfdbinary.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call
