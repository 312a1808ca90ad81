"""The three functions that a user calls; everything below them is either XML or JSON."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, Final, Literal

from cimbus.errors import CimbusError, DecodeError, EncodeError, StrictError
from cimbus.interface.decode_note import DecodeNote
from cimbus.interface.envelope import Header
from cimbus.interface.message import Message

from .dialect import EnvelopeDialect, find_dialect, in_dialect
from .explain import explain
from .guard import GUARD
from .header import scan_header
from .json import decode_json, encode_json, scan_json_header
from .limits import DEFAULT_LIMITS, Limits
from .native import NATIVE
from .opening import GZIP, opened
from .sniff import HEAD, is_json
from .xml import decode_xml, render
from .xml.source import text_bytes

Format = Literal["xml", "json"]


_USUAL: Final = frozenset({b"<", b"{"})
"""What most documents begin with, and none that is compressed or has more octets than one for a character there."""

Strict = bool | Literal["conformance"]
"""Lenient, as the schema says, or as the schema and the standard's own rules say."""


def decode(
    data: bytes | bytearray | memoryview | str,
    *,
    strict: Strict = False,
    limits: Limits = DEFAULT_LIMITS,
    zone: tzinfo | None = None,
) -> Message[Any]:
    """Decode an IEC 61968-100 message, XML or JSON, in whatever dialect, wrapped in SOAP or something else.

    The whole document is checked to be well-formed and within the limits; header, request and reply are read; the
    payload is decoded when it is first looked at. ``message.notes`` lists what is not as the schema wants it.

    Args:
        data: the document; bytes in any encoding that it declares, also in gzip, or text.
        strict: refuse what the Edition 1 schema refuses, payload included, and accept what it accepts;
            ``"conformance"``: refuse what ``message.advice`` lists, too.
        limits: bounds on size, nesting and inflation.
        zone: the zone of times that are written without one; UTC by default. They are written back without one.

    Raises:
        DecodeError: not a message (with path, line, and the header where it could be read).
        UnsafeError: a document type declaration, or beyond the limits.
        StrictError: strict reading, and something is not as the schema says; it holds the first hundred problems.

    >>> message = decode("<Message><Header><Verb>GET</Verb><Noun>MeterReadings</Noun></Header></Message>")
    >>> message.header.verb, message.header.noun
    ('get', 'MeterReadings')
    >>> print(message.notes[1])
    Message/Header/Verb: verb 'GET' read as 'get'
    """
    asked = not strict and limits is DEFAULT_LIMITS and type(data) is bytes
    try:
        # most messages are read here: of a small one, each further call costs a twentieth
        if asked and NATIVE.is_on and (found := NATIVE.read(data)) is not None:  # type: ignore[arg-type]
            return found
        octets = data if isinstance(data, bytes) else text_bytes(data) if isinstance(data, str) else bytes(data)
        message = _decoded(octets, strict=bool(strict), limits=limits, zone=zone, asked=asked)
    except CimbusError:
        raise
    except Exception as error:
        raise GUARD.undecodable(error) from error
    return conforming(message, strict) if strict else message


def _decoded(octets: bytes, *, strict: bool, limits: Limits, zone: tzinfo | None, asked: bool) -> Message[Any]:
    """Decode a document, in gzip and with NULs as well; ``asked``: ``NATIVE.read`` was, and has not read it.

    Raises:
        DecodeError: see ``decode``.
    """
    remarks: tuple[DecodeNote, ...] = ()
    first = octets[:1]
    asked = asked and first in _USUAL
    if b"\0" in octets[-4:] or (first not in _USUAL and (octets[:2] == GZIP or first == b"\0")):
        octets, remarks = opened(octets, limits, strict=strict)
        first, asked = octets[:1], False
    read = decode_json if first == b"{" or (first != b"<" and is_json(octets)) else decode_xml
    message = read(octets, strict=strict, limits=limits, zone=zone, asked=asked)
    return message.noted(*remarks) if remarks else message


def conforming(message: Message[Any], strict: Strict) -> Message[Any]:
    """Return a message unless conformance is asked for, and it breaks one of the standard's own rules.

    Raises:
        StrictError: it breaks some; the error holds the first hundred.

    >>> from cimbus import Message
    >>> conforming(Message.of(None, verb="get", noun="X", message_id="m-1"), "conformance")
    <RequestMessage get X m-1>
    """
    if strict == "conformance" and (advice := message.advice):
        raise StrictError(advice[0].text, path=advice[0].path, header=message.header, problems=advice[:100])
    return message


def encode(
    message: Message[Any],
    format: Format = "xml",  # noqa: A002  # as everywhere
    *,
    per_noun: bool = False,
    strict: bool | None = None,
    dialect: str | EnvelopeDialect = "",
) -> bytes:
    """Encode a message.

    A message that was read is written as it was, with its shortcomings; of others, what is mandatory must be there.

    Args:
        message: what to write.
        format: ``"xml"``: exactly as Edition 1 wants it; ``"json"``: the same tree with the same names.
        per_noun: XML with the strongly typed root, such as ``CreatedEndDeviceEvents``; of a message that was read with
            such a root, that one.
        strict: True refuses whatever strict reading would refuse; False writes a message that was made by a program as
            one that was read: without what is mandatory and missing.
        dialect: how a peer wants XML, by a name in ``cimbus.DIALECTS`` or as a ``EnvelopeDialect`` of your own.

    Raises:
        EncodeError: a value has no form in this format, or a mandatory one is missing; the message names it.
        UsageError: there is no such dialect.

    >>> from cimbus import Message
    >>> from datetime import UTC, datetime
    >>> when = datetime(2026, 3, 1, tzinfo=UTC)
    >>> message = Message.of(None, verb="delete", noun="EndDeviceControls", timestamp=when, message_id="m-1")
    >>> print(encode(message, "json").decode())  # doctest: +ELLIPSIS
    {"RequestMessage":{"Header":{"Verb":"delete","Noun":"EndDeviceControls","Timestamp":"2026-03-01T00:00:00Z",...}}}
    """
    if format not in ("xml", "json"):
        raise EncodeError(f"there is no format {format!r}; use 'xml' or 'json'")
    try:
        lenient = strict is False or (strict is None and message.origin is not None and message.origin.read)
        if format == "json":
            written = encode_json(message)
        elif per_noun or dialect or (found := NATIVE.encode(message, lenient=lenient)) is None:
            written = _as_xml(message, per_noun=per_noun, lenient=lenient, dialect=dialect)
        else:
            written = found
    except CimbusError:
        raise
    # what a wrong value raises inside generated writers; checking each value before would cost every good message
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise EncodeError(explain(message, error)) from error
    except Exception as error:
        raise GUARD.unencodable(error) from error
    if strict:
        _check_written(written)
    return written


def _as_xml(message: Message[Any], *, per_noun: bool, lenient: bool, dialect: str | EnvelopeDialect) -> bytes:
    peer = find_dialect(dialect) if dialect else None
    text = render(message, per_noun=per_noun or (peer is not None and peer.per_noun), lenient=lenient)
    return (text if peer is None else in_dialect(text, peer)).encode()


def _check_written(written: bytes) -> None:
    """Refuse what strict reading would refuse.

    Raises:
        EncodeError: with the first problem, and how many there are.
    """
    try:
        decode(written, strict=True)
    except DecodeError as error:
        raise EncodeError(f"not as the schema wants it: {error}") from error


def decode_header(data: bytes | bytearray | memoryview | str, *, limits: Limits = DEFAULT_LIMITS) -> Header:
    """Decode the header alone, without opening the payload: the cost does not grow with it.

    What follows the header is not looked at where the header alone tells all, so a document that ``decode`` would
    refuse may pass. Of every document that ``decode`` reads, this is the header that ``decode`` gives.

    Raises:
        DecodeError: see ``decode``.

    >>> decode_header('{"Message": {"Header": {"Verb": "get", "Noun": "MeterReadings"}}}').noun
    'MeterReadings'
    """
    try:
        octets = text_bytes(data) if isinstance(data, str) else data
        if bytes(octets[:2]) == GZIP or bytes(octets[:1]) == b"\0":
            octets, _ = opened(bytes(octets), limits)
        return scan_json_header(octets, limits) if is_json(bytes(octets[:HEAD])) else scan_header(octets, limits)
    except CimbusError:
        raise
    except Exception as error:
        raise GUARD.undecodable(error) from error
