"""Messages that are larger than a broker, or an option of the URL, allows. Pure."""

from __future__ import annotations

from cimbus.errors import MessageTooLargeError


def too_large(what: str, size: int, limit: int) -> MessageTooLargeError | None:
    """Return the error of what is larger than the broker takes; None if it is not.

    Args:
        what: "a packet", for example.
        size: in bytes.
        limit: the most that the broker takes, in bytes; 0: it does not say it.

    >>> too_large("a packet", 400, 500) is too_large("a packet", 400, 0) is None
    True
    >>> print(too_large("a packet", 900, 500).reason)
    a packet of 900 bytes; the broker takes at most 500
    """
    if limit and size > limit:
        return MessageTooLargeError(f"{what} of {size} bytes; the broker takes at most {limit}", size, limit)
    return None


def check_option(what: str, size: int, limit: int, option: str) -> None:
    """Refuse what is larger than an option of the URL allows.

    Args:
        what: "a body", for example.
        size: in bytes.
        limit: the option's value, in bytes.
        option: its name.

    Raises:
        MessageTooLargeError: it is.

    >>> check_option("a body", 4, 4, "max_body")
    """
    if size > limit:
        raise MessageTooLargeError(f"{what} of {size} bytes; the option {option} is {limit}", size, limit)
