"""Whether another client has taken over a session that a broker gives to the client that connected last.

Such a broker closes the connection of the client that was there; some send no reason to it. Two clients that connect
again and again would then take the session from each other without end. So (``Takeover``, pure):

* A connection that was closed or reset without a reason, soon after it began, is a suspicion.
* A client that is taken over loses one connection and no other: a suspicion counts only if a witness, another
  connection to the same broker, has not noticed anything - asked a moment later, for it may learn of the same failure a
  little later.
* ``MAX_SUSPICIONS`` suspicions in a row that count are a takeover.
* The client that was there first stays: it takes its session back once where the broker names the reason, and needs
  more suspicions where it does not. So the one that came later ends, with an error that says what to do.
"""

from __future__ import annotations

from typing import Final, Protocol

from .errors import ClosedByBrokerError, ConnectionLostError, ResetByBrokerError

SHORT_LIFE: Final = 10.0
"""Within how many seconds a connection that is taken over ends: the other client connects again after a pause of at
most 1 s (``session.LONGEST_PAUSE``), and connecting may take several."""
MAX_SUSPICIONS: Final = 4
"""How many suspicions in a row are a takeover: a network that closes just this connection, in order, four times in a
row is less likely than a second client."""
ESTABLISHED: Final = 5.0
"""After how many seconds a client was there first: one that came later loses its connection after the pause of the
other one and a handshake, which takes about a second over a slow link with TLS, and more on a busy machine."""
MORE_SUSPICIONS: Final = 2
"""How many suspicions a client needs beyond ``MAX_SUSPICIONS`` that was there first; each of the two has one in turn,
so that one more would do."""
WITNESS_PAUSE: Final = 0.1
"""How long to pause at least after a suspicious end, in seconds: time for other connections to the same broker to
notice what ended this one, if it was the network."""


class Takeover:
    """What one client has noticed so far.

    >>> takeover = Takeover()
    >>> for _ in range(MAX_SUSPICIONS):
    ...     takeover.ended("witness is up", silent=True, life=0.1)
    ...     found = takeover.confirmed("witness is up")
    >>> found
    True
    """

    def __init__(self) -> None:
        self._count = 0
        self._reclaimed = False
        """Whether the session was taken back, and no connection has lasted since."""
        self._testimony: object = None
        """What was known of the witness when the connection ended; None: nothing is suspected."""

    @property
    def suspected(self) -> bool:
        """Whether the last connection ended as if it had been taken over."""
        return self._testimony is not None

    def ended(self, testimony: object, *, silent: bool, life: float) -> None:
        """Note how a connection ended, after so many seconds; ``testimony`` is None if the witness is down, too."""
        self._testimony = testimony if silent and life < SHORT_LIFE else None
        if self._testimony is None:
            self._count = 0

    def confirmed(self, testimony: object, enough: int = MAX_SUSPICIONS) -> bool:
        """Compare with the witness a moment later; return whether another client has our session."""
        if self._testimony is not None:
            self._count = self._count + 1 if self._testimony == testimony else 0
            self._testimony = None
        return self._count >= enough

    def may_reclaim(self, life: float) -> bool:
        """Return whether to take the session back that the broker has given to another client after so many seconds.

        >>> takeover = Takeover()
        >>> takeover.may_reclaim(0.3), takeover.may_reclaim(60.0), takeover.may_reclaim(5.0)
        (False, True, False)
        """
        if life >= SHORT_LIFE:
            self._reclaimed = False
        first, self._reclaimed = not self._reclaimed, True
        return first and life >= ESTABLISHED


class Witness(Protocol):
    """Another session at the same broker: what ends both connections is no takeover."""

    @property
    def up(self) -> bool:
        """Whether it has a connection now."""
        ...

    @property
    def reconnects(self) -> int:
        """How many connections followed its first one."""
        ...


class TakeoverDetector:
    """What one session notices of takeovers; it is told how its connections end.

    Args:
        witness: another session at the same broker, if there is one.

    Attributes:
        established: whether a connection has lasted: this client was there first.

    >>> detector = TakeoverDetector(None)
    >>> for _ in range(MAX_SUSPICIONS):
    ...     pause = detector.ended(ClosedByBrokerError("the broker closed the connection"), life=0.1)
    ...     found = detector.confirmed()  # after the pause
    >>> pause, found
    (0.1, True)
    """

    def __init__(self, witness: Witness | None) -> None:
        self._witness = witness
        self._takeover = Takeover()
        self.established = False

    def ended(self, lost: ConnectionLostError, life: float) -> float:
        """Note how a connection ended, after so many seconds; return the shortest pause before the next one."""
        self.established = self.established or life >= ESTABLISHED
        silent = isinstance(lost, ClosedByBrokerError | ResetByBrokerError)
        self._takeover.ended(self._testimony, silent=silent, life=life)
        return WITNESS_PAUSE if self._takeover.suspected else 0.0

    def failed(self) -> None:
        """Note that no connection could be made: what ended the last one was the network, or the broker."""
        self._takeover = Takeover()

    def confirmed(self) -> bool:
        """Return, when the pause is over, whether another client has our session."""
        return self._takeover.confirmed(self._testimony, MAX_SUSPICIONS + MORE_SUSPICIONS * self.established)

    def may_reclaim(self, life: float) -> bool:
        """Return whether to take the session back that the broker gave to another client, see ``Takeover``."""
        return self._takeover.may_reclaim(life)

    @property
    def _testimony(self) -> object:
        """What stays the same as long as the witness keeps its connection; None if it has none."""
        witness = self._witness
        if witness is None:
            return "no witness"
        return ("connection", witness.reconnects) if witness.up else None
