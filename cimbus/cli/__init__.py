"""The command line. It needs ``pip install 'cimbus[cli]'``, and prints that where it is missing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command (by default the process's arguments) and return its exit code.

    >>> main(["topics", "EndDeviceEvents", "--verb", "created", "--bus", "memory:"])  # doctest: +NORMALIZE_WHITESPACE
    EndDeviceEvents created memory production/events/EndDeviceEvents/created
    0
    """
    missing = [name for name in ("click", "rich") if find_spec(name) is None]
    if missing:
        print(
            f"cimbus: the command line needs {' and '.join(missing)}; install it with: pip install 'cimbus[cli]'",
            file=sys.stderr,
        )
        return 2
    from .app import run_app
    from .process_end import end_process

    code = run_app(arguments)
    return end_process(code) if arguments is None else code
