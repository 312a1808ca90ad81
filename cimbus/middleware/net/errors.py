"""What can go wrong on a connection, in the same words for every protocol."""

from __future__ import annotations

from collections.abc import Mapping

from cimbus.errors import ConnectError


class ConnectionLostError(Exception):
    """The connection ended, or cannot be used any longer.

    Not a ``CimbusError``: it never leaves a transport, which connects again. The name ends in Error although an orderly
    end is one of its reasons.

    >>> raise ConnectionLostError("the broker has been silent for 30.0 s")
    Traceback (most recent call last):
        ...
    cimbus.middleware.net.errors.ConnectionLostError: the broker has been silent for 30.0 s
    """


class ClosedByBrokerError(ConnectionLostError):
    """The broker closed the connection without giving a reason in its protocol.

    >>> issubclass(ClosedByBrokerError, ConnectionLostError)
    True
    """


class ResetByBrokerError(ConnectionLostError):
    """The connection was reset (RFC 9293, 3.5.2): a broker that closes it while we write to it does that, too.

    >>> issubclass(ResetByBrokerError, ConnectionLostError)
    True
    """


class RefusedError(ConnectError):
    """The broker answered, and refuses this client or what it asks for; connecting again does not help.

    >>> issubclass(RefusedError, ConnectError)
    True
    """


class NoContentError(ValueError):
    """A message came without what its sender certainly wrote: it was damaged on its way, and is to be sent again.

    Attributes:
        failures: how many deliveries of it have failed before, as far as it says.

    >>> NoContentError("it has no body").failures
    0
    """

    def __init__(self, reason: str, failures: int = 0) -> None:
        super().__init__(reason)
        self.failures = failures


def check_content(body: bytes, properties: Mapping[str, str], failures: int = 0) -> None:
    """Check that a body is there if a property tells its type.

    Raises:
        NoContentError: it is not.

    >>> check_content(b"", {"Noun": "MeterReadings"})
    >>> check_content(b"", {"ContentType": "application/xml"})
    Traceback (most recent call last):
    cimbus.middleware.net.errors.NoContentError: its body is empty, and its ContentType is 'application/xml'
    """
    if not body and "ContentType" in properties:
        raise NoContentError(f"its body is empty, and its ContentType is {properties['ContentType']!r}", failures)


class MalformedError(ValueError):
    """A peer sent bytes that its protocol does not allow.

    >>> issubclass(MalformedError, ValueError)
    True
    """
