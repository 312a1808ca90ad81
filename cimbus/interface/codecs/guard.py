"""What no other code expected: an exception that is not ours becomes one that is.

Rule: this is a second line of defence. Each cause is found and treated where it arises; the fuzz tests run with this
guard taken away (``expose``), so that a cause which is not treated fails them.
"""

from __future__ import annotations

from cimbus.errors import CimbusError, DecodeError, EncodeError

_SHOWN = 200
"""Characters of a foreign exception's text that are repeated: enough to find its cause."""


class Guard:
    """Turns unexpected exceptions into ours.

    Attributes:
        exposed: whether they are raised as they are, for tests.

    >>> print(Guard().undecodable(KeyError("x")))
    the reader failed: KeyError: 'x'
    """

    exposed: bool = False

    def undecodable(self, error: Exception) -> CimbusError:
        """Return the ``DecodeError`` for an exception in a reader."""
        if self.exposed:
            raise error
        if isinstance(error, RecursionError):
            return DecodeError("nested too deeply to be held")
        return DecodeError(f"the reader failed: {_named(error)}")

    def unencodable(self, error: Exception) -> EncodeError:
        """Return the ``EncodeError`` for an exception in a writer."""
        if isinstance(error, RecursionError):  # a value that contains itself, or nearly
            return EncodeError("nested too deeply to be written")
        if self.exposed:
            raise error
        return EncodeError(f"the message cannot be written: {_named(error)}")


def _named(error: Exception) -> str:
    try:
        text = str(error)[:_SHOWN]
    except Exception:  # noqa: BLE001  # an exception that cannot be shown must not hide itself
        text = ""
    return f"{type(error).__name__}: {text}"


GUARD = Guard()
"""The one that the codecs use."""
