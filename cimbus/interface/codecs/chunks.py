"""A document piece by piece, once its beginning was checked: XML as UTF-8, JSON as text."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from cimbus.errors import DecodeError, UnsafeError

from .compression import GZIP_WBITS
from .opening import GZIP
from .xml.source import PROLOG, as_utf8

CHUNK: Final = 1 << 16
"""Octets read, and inflated, at once; the root element has to begin in the first of them."""
_HEAD: Final = 1_024
"""Octets that tell what a document is, with the white space and the comments that may stand before it."""
_WIDE: Final = (
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How documents in UTF-16 begin (XML 1.0, appendix F)."""


def opened_chunks(file: BinaryIO) -> tuple[bytes, Iterator[bytes]]:
    """Return the first piece of a document, without gzip and the mark of UTF-8, and the pieces behind it.

    Raises:
        DecodeError: it begins as gzip does, and is none.

    >>> import io
    >>> opened_chunks(io.BytesIO(b"<a/>"))[0]
    b'<a/>'
    """
    chunks = _read(file)
    first = _first(chunks)
    if first.startswith(GZIP):
        chunks = _inflated(first, chunks)
        first = _first(chunks)
    return first.removeprefix(codecs.BOM_UTF8), chunks


def xml_chunks(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield an XML document as UTF-8, without its declaration.

    Args:
        first: its first piece, which holds the beginning of its root element.
        chunks: those behind it.

    Raises:
        UnsafeError: a document type declaration.
        DecodeError: not XML, or in another encoding than UTF-8 and UTF-16.

    >>> list(xml_chunks(b"<?xml version='1.0'?><a/>", iter(())))
    [b'<a/>']
    """
    name = next((name for mark, name in _WIDE if first.startswith(mark)), None)
    if name is not None:
        decoder = codecs.getincrementaldecoder(name)()
        rest: Iterator[bytes] = (decoder.decode(chunk).encode() for chunk in chunks)
        first = decoder.decode(first).encode()
    else:
        rest = chunks
    text = as_utf8(first)
    if not first.endswith(text):  # it was recoded: what follows would not be
        raise DecodeError("large documents are read in UTF-8 and UTF-16 only")
    _check_beginning(text)
    yield text
    yield from rest


def text_chunks(first: bytes, chunks: Iterator[bytes]) -> Iterator[str]:
    r"""Yield a document in UTF-8 as text.

    Raises:
        DecodeError: not UTF-8.

    >>> "".join(text_chunks(b"\xc3", iter([b"\xa9"]))) == chr(0xE9)
    True
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        yield decoder.decode(first)
        for chunk in chunks:
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise DecodeError(f"not valid JSON: {error.reason} (UTF-8)") from None


def _check_beginning(text: bytes) -> None:
    start = PROLOG.match(text)
    begin = start.end() if start else 0
    body = text[begin : begin + len("<!DOCTYPE")]
    if body.upper() == b"<!DOCTYPE":
        raise UnsafeError("a document type declaration (DOCTYPE): refused, messages have none")
    if not body.startswith(b"<") or body[1:2] in (b"!", b"?", b""):
        raise DecodeError("not XML: it does not begin with an element")


def _first(chunks: Iterator[bytes]) -> bytes:
    """Return the beginning of a document, which a pipe may give in small pieces."""
    first = b""
    while len(first) < _HEAD and (chunk := next(chunks, b"")):
        first += chunk
    return first


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _inflated(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what a gzip stream holds, at most ``CHUNK`` octets at once, however well it was compressed."""
    inflater = zlib.decompressobj(GZIP_WBITS)
    data = first
    while data and not inflater.eof:
        try:
            made = inflater.decompress(data, CHUNK)
        except zlib.error:
            raise DecodeError("not gzip, though it begins so") from None
        if made:
            yield made
        data = inflater.unconsumed_tail or next(chunks, b"")
    if not inflater.eof:
        raise DecodeError("the gzip stream is cut off")
