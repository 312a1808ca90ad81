"""What goes wrong with a broker that tests start."""

from __future__ import annotations

from cimbus.errors import CimbusError, UsageError

__all__ = ["BrokerFailedError", "MissingBrokerError"]


class BrokerFailedError(CimbusError):
    """A broker could not be downloaded, compiled or started, or has ended; the text has what it wrote about that.

    >>> assert issubclass(BrokerFailedError, CimbusError)
    """


class MissingBrokerError(UsageError):
    """A program that a broker needs is not installed; the text says what to install.

    >>> assert issubclass(MissingBrokerError, UsageError)
    """
