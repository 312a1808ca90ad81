"""As whom a connection is made, and what it hears: from an intake to client id, session and filters. Pure."""

from __future__ import annotations

from typing import Final

import msgspec

from cimbus.errors import UnsupportedError
from cimbus.naming import Naming
from cimbus.transport import Intake

from .engine import Will
from .filters import filters_of
from .options import Options, durable_id, random_id

LINGER: Final = 300
"""How long the broker keeps a session that is not durable, so that a lost connection loses nothing (seconds)."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """As whom a session connects, and what it wants to hear."""

    client_id: str
    filters: tuple[str, ...] = ()
    durable: bool = False
    """The session is there before and after us; else it begins with us, and ends with us."""
    keep: int = 0
    """Session Expiry Interval: how long the broker keeps the session while we are not connected (3.1.2.11.2)."""
    receive_maximum: int = 65_535
    will: Will | None = None
    guarded: bool = False
    """Somebody else may come with the same client id."""


def identity_of(intake: Intake, naming: Naming, options: Options) -> Identity:
    """Return the identity that listens for an intake.

    Raises:
        UnsupportedError: it is durable, and the options say QoS 0.
    """
    if not intake.durable:
        shared = bool(intake.group)
        return Identity(
            client_id=random_id(),
            filters=filters_of(intake, naming, shared=shared),
            keep=0 if shared else LINGER,  # nobody else gets what a broker keeps for a member that is gone
            receive_maximum=intake.credit,
        )
    if not options.qos:
        raise UnsupportedError("a durable subscription needs ?qos=1 or 2: brokers keep nothing at QoS 0")
    return Identity(
        client_id=durable_id(intake.group, options.instance),
        filters=filters_of(intake, naming, shared=bool(options.instance)),
        durable=True,
        keep=options.session_expiry,
        receive_maximum=intake.credit,
        guarded=True,
    )
