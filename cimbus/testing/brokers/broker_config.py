"""The options that every broker takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, TypedDict

from .certs import Certificates

__all__ = ["BrokerConfig"]

Wire: TypeAlias = Literal["stomp", "amqp"]
"""A protocol, where a broker has more than one for cimbus."""


class BrokerConfig(TypedDict, total=False):
    """What every broker takes.

    >>> options: BrokerConfig = {"users": {"ana": "secret"}, "tls": True}
    """

    users: Mapping[str, str] | None
    """Names and passwords; without, every client may connect."""
    tls: bool
    """Speak TLS, with new certificates unless there are ``certificates``."""
    certificates: Certificates | None
    """Speak TLS with these."""
    port: int
    """Where clients connect; a free port unless given."""
