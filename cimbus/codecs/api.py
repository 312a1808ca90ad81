"""The three functions that a user calls; everything below them is either XML or JSON."""

from __future__ import annotations

from typing import Any, Literal

from cimbus.envelope import Header
from cimbus.errors import DecodeError, EncodeError
from cimbus.message import Message

from .explain import explain
from .header import scan_header
from .json import decode_json, encode_json, scan_json_header
from .limits import DEFAULT_LIMITS, Limits
from .sniff import HEAD, is_json
from .xml import decode_xml, render
from .xml.source import text_bytes

Format = Literal["xml", "json"]


def decode(
    data: bytes | bytearray | memoryview | str, *, strict: bool = False, limits: Limits = DEFAULT_LIMITS
) -> Message[Any]:
    """Decode an IEC 61968-100 message, XML or JSON, in whatever dialect, wrapped in SOAP or something else.

    The whole document is checked for being well-formed and within the limits; header, request and reply are read; the
    payload is decoded when it is first looked at. ``message.notes`` tells what was forgiven.

    Args:
        data: the document; bytes in any encoding that it declares, or text.
        strict: refuse whatever the Edition 1 schema refuses, payload included, naming the path.
        limits: bounds on size, nesting and inflation.

    Raises:
        DecodeError: not a message (with path, line, and the header where it could be read).
        UnsafeError: built to hurt, or beyond the limits.
        StrictError: strict reading, and something is not as the schema says.
    """
    octets = text_bytes(data) if isinstance(data, str) else bytes(data)
    try:
        if is_json(octets):
            return decode_json(octets, strict=strict, limits=limits)
        return decode_xml(octets, strict=strict, limits=limits)
    except RecursionError:
        raise DecodeError(f"nested too deeply; the limit is {limits.max_depth}") from None


def encode(message: Message[Any], format: Format = "xml", *, per_noun: bool = False) -> bytes:  # noqa: A002
    """Encode a message.

    Args:
        message: what to write.
        format: ``"xml"``: exactly as Edition 1 wants it; ``"json"``: the same tree with the same names.
        per_noun: XML with the strongly typed root, such as ``CreatedEndDeviceEvents``.

    Raises:
        EncodeError: a value has no form in this format, or a mandatory one is missing; the message names it.
    """
    if format not in ("xml", "json"):
        raise EncodeError(f"there is no format {format!r}; use 'xml' or 'json'")
    try:
        if format == "json":
            return encode_json(message)
        return render(message, per_noun=per_noun).encode()
    except EncodeError:
        raise
    except RecursionError:
        raise EncodeError("nested too deeply to be written") from None
    except (AttributeError, KeyError, TypeError, ValueError, UnicodeError) as error:
        raise EncodeError(explain(message, error)) from error


def decode_header(data: bytes | bytearray | memoryview | str, *, limits: Limits = DEFAULT_LIMITS) -> Header:
    """Decode the header alone, without opening the payload: the cost does not grow with it.

    What follows the header is not looked at, so a document that ``decode`` would refuse may pass.

    Raises:
        DecodeError: see ``decode``.
    """
    octets = text_bytes(data) if isinstance(data, str) else data
    try:
        return scan_json_header(octets, limits) if is_json(bytes(octets[:HEAD])) else scan_header(octets, limits)
    except RecursionError:
        raise DecodeError(f"nested too deeply; the limit is {limits.max_depth}") from None
