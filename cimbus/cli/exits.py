"""What exit codes mean."""

from __future__ import annotations

from typing import Final

OK: Final = 0
FAILED: Final = 1
"""Refused, undecodable, timed out, or a reply that says FAILED."""
USAGE: Final = 2
UNREACHABLE: Final = 3
UNFINISHED: Final = 4
"""A synchronous handler had not returned when the process ended."""
INTERRUPTED: Final = 130
"""Ctrl-C."""

EXPLAINED: Final = (
    "Exit codes: 0 done; 1 it failed (refused, not a message, timed out, the reply says FAILED); 2 wrong usage; "
    "3 the bus cannot be reached; 4 a handler did not return; 130 interrupted."
)
