"""Every exception of cimbus.

::

    CimbusError
    ├── DecodeError (ValueError)          the bytes are not a message that we can read
    │   ├── UnsafeError                   entities, DTDs, bombs: refused before they cost anything
    │   └── StrictError                   readable, but not what the Edition 1 schema allows
    ├── EncodeError (ValueError)          the message cannot be written as the standard wants it
    ├── UsageError                        the program asks for something that cannot be
    │   ├── UnknownTransportError         no transport answers to that URL scheme
    │   ├── MissingExtraError             the transport is known, its package is not installed
    │   └── UnsupportedError              this transport cannot honour what was declared
    ├── TransportError                    the middleware failed; trying again may help
    │   ├── ConnectError (OSError)        the broker cannot be reached or refuses us
    │   ├── SendError                     the broker (or the transport) refused this frame
    │   └── ClosedError                   the transport or inbox was closed
    └── RequestError                      a request did not end with an OK reply
        ├── ReplyTimeoutError (TimeoutError)   nobody answered in time
        └── ReplyError                    the other side answered FAILED, or with a FaultMessage
            ├── RequestRefusedError       categories 1-3 and 6: the request itself is wrong or refused
            ├── RequestFailedError        categories 4 and 5: it was tried and did not work
            └── NotAuthorizedError        category 7: security
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class CimbusError(Exception):
    """The root: whatever cimbus raises on purpose."""


class DecodeError(CimbusError, ValueError):
    """The bytes are not a message that can be read.

    Attributes:
        reason: what is wrong, in one sentence.
        path: where in the document, as local names (``EventMessage/Payload``), empty if unknown.
        line: 1-based line in the document, or None.
        header: the message header if it could still be read (a ``cimbus.Header``), else None.
    """

    def __init__(self, reason: str, *, path: str = "", line: int | None = None, header: object = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path
        self.line = line
        self.header = header

    def __str__(self) -> str:
        place = f" at {self.path}" if self.path else ""
        line = f" (line {self.line})" if self.line else ""
        return f"{self.reason}{place}{line}"


class UnsafeError(DecodeError):
    """The bytes are built to hurt the reader, or exceed a limit that the caller may raise (``cimbus.Limits``)."""


class StrictError(DecodeError):
    """The message is readable, but breaks the IEC 61968-100 Edition 1 schema; lenient reading would accept it."""


class EncodeError(CimbusError, ValueError):
    """The message cannot be written: a value has no lexical form, a mandatory element is missing."""


class UsageError(CimbusError):
    """The program asks for something that cannot be; retrying will not help."""


class UnknownTransportError(UsageError):
    """No installed transport answers to the URL's scheme."""


class MissingExtraError(UsageError):
    """The package behind a transport or command is not installed; the message says the command that does it."""


class UnsupportedError(UsageError):
    """A transport cannot honour what was declared, and says so now rather than losing a message later."""


class TransportError(CimbusError):
    """The middleware failed."""


class ConnectError(TransportError, OSError):
    """The broker cannot be reached, or refuses this client."""


class SendError(TransportError):
    """One frame was refused: too large, not authorised, no such destination."""


class ClosedError(TransportError):
    """The transport or the inbox is closed."""


class RequestError(CimbusError):
    """A request did not end with an OK reply."""


class ReplyTimeoutError(RequestError, TimeoutError):
    """No reply came in time."""


class ReplyError(RequestError):
    """The other side answered FAILED, or with a FaultMessage.

    A handler that answers requests raises it (or a subclass) to reply FAILED with the given code.

    Attributes:
        code: the first error code, such as ``"2.4"`` (IEC 61968-9 reply codes), empty if none came.
        errors: all errors of the reply (``cimbus.Error``).
        message: the whole reply (``cimbus.Message``), None on the side that raises it first.
    """

    categories: ClassVar[str] = ""

    def __init__(
        self, code: str = "", reason: str = "", *, errors: Sequence[object] = (), message: object = None
    ) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        self.errors = tuple(errors)
        self.message = message

    def __str__(self) -> str:
        return " ".join(word for word in (self.code, self.reason) if word) or "the request failed, no reason given"

    @staticmethod
    def of(code: str, reason: str = "", *, errors: Sequence[object] = (), message: object = None) -> ReplyError:
        """Return the error whose class fits the code's category (the number before the dot)."""
        category = code.partition(".")[0]
        for kind in (RequestRefusedError, RequestFailedError, NotAuthorizedError):
            if category and category in kind.categories:
                return kind(code, reason, errors=errors, message=message)
        return ReplyError(code, reason, errors=errors, message=message)


class RequestRefusedError(ReplyError):
    """Categories 1 (missing element), 2 (invalid parameter), 3 (too many), 6 (business rule)."""

    categories = "1236"


class RequestFailedError(ReplyError):
    """Categories 4 (aborted) and 5 (application error)."""

    categories = "45"


class NotAuthorizedError(ReplyError):
    """Category 7 (security)."""

    categories = "7"
