"""The command line. Needs ``pip install 'cimbus[cli]'``; without it, says so."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command (by default the process's arguments) and return its exit code."""
    missing = [name for name in ("click", "rich") if find_spec(name) is None]
    if missing:
        print(
            f"cimbus: the command line needs {' and '.join(missing)}; install it with: pip install 'cimbus[cli]'",
            file=sys.stderr,
        )
        return 2
    from .app import run_app

    return run_app(arguments)
