"""Telling a client whose place was taken from one whose network failed.

A broker gives a client id to whoever comes last, and closes the other's connection (MQTT 5.0, 3.1.4); some say nothing
to the one that loses (Mosquitto before 2.1, everybody in MQTT 3.1.1). Two that connect again for ever then take the
place from each other for ever. Rules, all pure:

* A connection that ended in order, without a word and soon after it began, is a suspicion.
* Whoever is taken over loses one connection and no other: a suspicion counts only if a witness, another connection
  to the same broker, has not noticed anything - asked a moment later, for it may hear of the same end a little later.
* So many that count in a row are a takeover.
"""

from __future__ import annotations

from typing import Final

QUICK: Final = 10.0
"""How soon, in seconds, a connection that is taken over ends."""
ENOUGH: Final = 4
"""How many suspicions in a row are one no longer."""


class Takeover:
    """What one client has noticed so far."""

    def __init__(self) -> None:
        self._count = 0
        self._testimony: object = None
        """What the witness said when the connection ended; None: nothing is suspected."""

    @property
    def suspected(self) -> bool:
        """Whether the last connection ended as if it had been taken over."""
        return self._testimony is not None

    def ended(self, testimony: object, *, silent: bool, life: float) -> None:
        """Note how a connection ended, after so many seconds; ``testimony`` is None if the witness is down, too."""
        self._testimony = testimony if silent and life < QUICK else None
        if self._testimony is None:
            self._count = 0

    def confirmed(self, testimony: object) -> bool:
        """Ask the witness again, a moment later; return whether somebody else has our place."""
        if self._testimony is not None:
            self._count = self._count + 1 if self._testimony == testimony else 0
            self._testimony = None
        return self._count >= ENOUGH
