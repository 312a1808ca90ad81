"""Every exception of cimbus.

::

    CimbusError
    ├── DecodeError (ValueError)          the bytes are not a message that can be read
    │   ├── UnsafeError                   entities, DTDs, bombs: refused before they cost time or memory
    │   └── StrictError                   readable, but not what the Edition 1 schema allows
    ├── EncodeError (ValueError)          the message cannot be written as the standard requires
    ├── UsageError                        the program asks for something that is not possible
    │   ├── SchemaError                   an XML schema is none, or no class can express it (interface)
    │   ├── UnknownTransportError         no transport is installed for that URL scheme
    │   ├── MissingExtraError             the transport is known, its package is not installed
    │   └── UnsupportedError              this transport cannot do what was declared
    ├── TransportError                    the middleware failed; trying again may help
    │   ├── ConnectError (OSError)        the broker cannot be reached, or refuses this client
    │   ├── SendError                     the broker (or the transport) refused this frame
    │   │   ├── MessageTooLargeError      it is larger than the broker (or the transport) takes
    │   │   └── OutboxFullError           the outbox has no room for it
    │   └── ClosedError                   the transport or the consumer was closed
    └── RequestError                      a request did not end with an OK reply
        ├── ReplyTimeoutError (TimeoutError)   no reply came in time
        └── ReplyError                    the other side answered FAILED, or with a FaultMessage
            ├── RequestRefusedError       categories 1-3 and 6: the request itself is wrong or refused
            ├── RequestFailedError        categories 4 and 5: it was tried and did not work
            └── NotAuthorizedError        category 7: security

Rule: this module imports nothing of cimbus, so that every other module can import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class CimbusError(Exception):
    """The root: every exception that cimbus raises on purpose is one.

    >>> assert issubclass(DecodeError, CimbusError)
    """


class DecodeError(CimbusError, ValueError):
    """The bytes are not a message that can be read.

    Attributes:
        reason: what is wrong, in one sentence.
        path: where in the document, as local names (``EventMessage/Payload``), empty if unknown.
        line: 1-based line in the document, or None.
        header: the message header if it could still be read (a ``cimbus.Header``), else None.

    >>> print(DecodeError("the header has no Verb", path="EventMessage/Header", line=2))
    the header has no Verb at EventMessage/Header (line 2)
    """

    def __init__(self, reason: str, *, path: str = "", line: int | None = None, header: object = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path
        self.line = line
        self.header = header

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        return f"{self.reason}{f' at {self.path}' if self.path else ''}{line}"


class UnsafeError(DecodeError):
    """The document could exhaust the reader, or exceeds a limit that the caller may raise (``cimbus.Limits``).

    >>> from cimbus import decode
    >>> decode(b"<!DOCTYPE x><x/>")
    Traceback (most recent call last):
    cimbus.errors.UnsafeError: a document type declaration (DOCTYPE): refused, messages have none
    """


class StrictError(DecodeError):
    """The message is readable, but breaks the IEC 61968-100 Edition 1 schema; lenient reading would accept it.

    >>> from cimbus import decode
    >>> message = "<Message><Header><Verb>GET</Verb><Noun>MeterReadings</Noun></Header></Message>"
    >>> decode(message).header.verb
    'get'
    >>> decode(message, strict=True)
    Traceback (most recent call last):
    cimbus.errors.StrictError: the schema of Edition 1 has no element <Message> in namespace '' at Message (line 1)

    Attributes:
        problems: what is wrong, the first hundred (``cimbus.DecodeNote``: path, text, line).
    """

    def __init__(
        self,
        reason: str,
        *,
        path: str = "",
        line: int | None = None,
        header: object = None,
        problems: Sequence[object] = (),
    ) -> None:
        super().__init__(reason, path=path, line=line, header=header)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        more = len(self.problems) - 1
        return super().__str__() + (f", and {more} more" if more > 0 else "")


class EncodeError(CimbusError, ValueError):
    r"""The message cannot be written: a value has no lexical form, or a mandatory element is missing.

    >>> from cimbus import Message, XmlElement, encode
    >>> encode(Message.of(XmlElement("Note", "urn:x"), comment="a NUL: \x00"))
    Traceback (most recent call last):
    cimbus.errors.EncodeError: XML has no character U+0000: 'a NUL: \x00'
    """


class UsageError(CimbusError):
    """The program asks for something that is not possible; trying again does not help.

    >>> assert issubclass(UnsupportedError, UsageError)
    """


class UnknownTransportError(UsageError):
    """No transport is installed for the URL's scheme; the message lists the schemes that are.

    >>> assert issubclass(UnknownTransportError, UsageError)
    """


class MissingExtraError(UsageError):
    """The package behind a transport or a command is not installed; the message holds the command that installs it.

    >>> assert issubclass(MissingExtraError, UsageError)
    """


class UnsupportedError(UsageError):
    """A transport cannot do what was declared, and refuses it now, so that no message is lost later.

    >>> assert isinstance(UnsupportedError("QoS 0 has no durable subscriptions"), UsageError)
    """


class TransportError(CimbusError):
    """The middleware failed; trying again may help.

    >>> assert isinstance(SendError("the broker refused the frame"), TransportError)
    """


class ConnectError(TransportError, OSError):
    """The broker cannot be reached, or refuses this client; an ``OSError`` like all failed connections.

    >>> assert isinstance(ConnectError("connection refused"), OSError)
    """


class SendError(TransportError):
    """One frame was refused: too large, not authorised, or its destination does not exist.

    >>> assert issubclass(SendError, TransportError)
    """


class MessageTooLargeError(SendError):
    """A frame is larger than the broker, or an option of the transport, allows; what there is to do about it.

    Attributes:
        size: in bytes, as the wire counts it.
        limit: the most that is taken; 0 where the broker does not say it.

    >>> print(MessageTooLargeError("a packet of 900 bytes; at most 500", 900, 500))  # doctest: +ELLIPSIS
    a packet of 900 bytes; at most 500. Compress it (...), split it into several messages, or store its content ...
    """

    def __init__(self, reason: str, size: int = 0, limit: int = 0) -> None:
        super().__init__(reason, size, limit)
        self.reason, self.size, self.limit = reason, size, limit

    def __str__(self) -> str:
        return (
            f"{self.reason}. Compress it (Message.of(..., compress=True) or Bus(compress_over=BYTES)), split it into "
            "several messages, or store its content beside the bus (Bus(claim_store=...))"
        )


class OutboxFullError(SendError):
    """An outbox has no room for a message: the far side is away for too long, or too much is published.

    >>> assert issubclass(OutboxFullError, SendError)
    """


class ClosedError(TransportError):
    """The transport or the consumer is closed.

    >>> assert issubclass(ClosedError, TransportError)
    """


class RequestError(CimbusError):
    """A request did not end with an OK reply.

    >>> assert issubclass(ReplyTimeoutError, RequestError) and issubclass(ReplyError, RequestError)
    """


class ReplyTimeoutError(RequestError, TimeoutError):
    """No reply came in time; a ``TimeoutError`` like all that time out.

    >>> assert issubclass(ReplyTimeoutError, TimeoutError)
    """


class ReplyError(RequestError):
    """The other side answered FAILED, or with a FaultMessage.

    A handler that answers requests raises it (or a subclass) to reply FAILED with the given code.

    Attributes:
        code: the first error code, such as ``"2.4"`` (IEC 61968-9 reply codes), empty if none came.
        errors: all errors of the reply (``cimbus.interface.envelope.Error``).
        message: the whole reply (``cimbus.Message``), None on the side that raises it first.

    >>> raise RequestRefusedError("2.4", "no meter 4711")
    Traceback (most recent call last):
    cimbus.errors.RequestRefusedError: 2.4 no meter 4711
    """

    categories: ClassVar[frozenset[str]] = frozenset()
    """The categories of reply codes (the number before the dot) that ``of`` makes this class from."""

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
        """Return the error whose class fits the code's category (the number before the dot).

        A code of another scheme (``"12.1"``, ``"B2B-003"``) makes a plain ``ReplyError``.

        >>> type(ReplyError.of("7.5")).__name__, type(ReplyError.of("12.1")).__name__
        ('NotAuthorizedError', 'ReplyError')
        """
        kind = _BY_CATEGORY.get(code.partition(".")[0], ReplyError)
        return kind(code, reason, errors=errors, message=message)


class RequestRefusedError(ReplyError):
    """Categories 1 (missing element), 2 (invalid parameter), 3 (too many), 6 (business rule).

    >>> ReplyError.of("2.4", "no such meter")
    RequestRefusedError('2.4', 'no such meter')
    """

    categories = frozenset({"1", "2", "3", "6"})


class RequestFailedError(ReplyError):
    """Categories 4 (aborted) and 5 (application error).

    >>> ReplyError.of("5.3", "the meter does not answer")
    RequestFailedError('5.3', 'the meter does not answer')
    """

    categories = frozenset({"4", "5"})


class NotAuthorizedError(ReplyError):
    """Category 7 (security).

    >>> ReplyError.of("7.5", "OMS may not disconnect")
    NotAuthorizedError('7.5', 'OMS may not disconnect')
    """

    categories = frozenset({"7"})


# IEC 61968-9, reply codes: their categories and names are in ``codes.reply_error.CATEGORIES``; category 0 is no error.
_BY_CATEGORY = {
    category: kind
    for kind in (RequestRefusedError, RequestFailedError, NotAuthorizedError)
    for category in kind.categories
}
