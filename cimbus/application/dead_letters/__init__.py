"""Dead letters (EIP: Dead Letter Channel): messages that could not be handled, kept with the reason and their octets.

``letter.py`` says what one is, ``store.py`` keeps them in a file (``table.py`` has its rows), ``bus_store.py`` on the
middleware (``letter_frame.py`` has the frames), ``replay.py`` has them handled again.
"""

from __future__ import annotations

from .bus_store import BusDeadLetters
from .letter import EVERY, DeadLetter, DeadLetterFilter, FailedAttempt, State
from .replay import LetterReplay
from .store import MEMORY, DeadLetters

__all__ = [
    "EVERY",
    "MEMORY",
    "BusDeadLetters",
    "DeadLetter",
    "DeadLetterFilter",
    "DeadLetters",
    "FailedAttempt",
    "LetterReplay",
    "State",
]
