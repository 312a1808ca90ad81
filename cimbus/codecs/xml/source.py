"""Bytes to a parsed XML document, or a refusal in bounded time and memory.

Rules: libxml2 only ever sees UTF-8 that we made sure of (an encoding of one's choice is a way to hide a DOCTYPE); a
document type declaration is refused before parsing, whatever is in it (no entities, no external references); what is
counted is counted in the raw text, before a tree exists.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, cast

from lxml import etree

from cimbus.codecs.limits import Limits
from cimbus.codecs.memo import Memo
from cimbus.errors import DecodeError, UnsafeError

Node = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # lxml has no public name for it

_BOMS: Final = (  # XML 1.0, appendix F; the longer ones first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE: Final = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_ASCII_LIKE: Final = re.compile(r"utf-8|ascii|iso8859-\d+|latin_?1|cp125\d|cp1252|koi8-r")
_DECLARATION: Final = re.compile(rb"\s*<\?xml\s[^>]*?\?>")
_TEXT_DECLARATION: Final = re.compile(r"\ufeff?\s*<\?xml\s[^>]*?\?>")
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_PROLOG: Final = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
LIBXML_DEPTH: Final = 250
"""About where libxml2 stops by itself."""


def parse(data: bytes, limits: Limits) -> Node:
    """Return the root element of a document.

    Raises:
        UnsafeError: a document type declaration, or a limit is exceeded.
        DecodeError: not well-formed XML, or in an encoding that is not supported.
    """
    text = guarded(data, limits)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=limits.max_depth > LIBXML_DEPTH,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        reason = str(error.msg or error).partition(", line")[0]
        kind = UnsafeError if "depth" in reason.lower() or "huge" in reason.lower() else DecodeError
        raise kind(f"not well-formed XML: {reason}", line=error.lineno) from None
    if root is None:  # pyright: ignore[reportUnnecessaryComparison]  # recovering parsers only, but cheap to be sure
        raise DecodeError("no root element")
    if limits.max_depth < LIBXML_DEPTH and depth_exceeds(root, limits.max_depth):
        raise UnsafeError(f"elements are nested deeper than {limits.max_depth}")
    return root


def guarded(data: bytes, limits: Limits) -> bytes:
    """Return the document as UTF-8 without declaration, once everything that can be refused unparsed was.

    Raises:
        UnsafeError: see ``parse``.
        DecodeError: empty, or in an encoding that is not supported.
    """
    if len(data) > limits.max_bytes:
        raise UnsafeError(f"{len(data)} octets; the limit is {limits.max_bytes} (Limits.max_bytes)")
    text = as_utf8(data)
    # counting is not free, and a document of n octets has fewer than n nodes
    if len(text) > limits.max_nodes and text.count(b"<") + text.count(b"=") > limits.max_nodes:
        raise UnsafeError(f"more than {limits.max_nodes} elements and attributes (Limits.max_nodes)")
    start = _PROLOG.match(text)
    body = text[start.end() if start else 0 :][:9]
    if not body:
        raise DecodeError("empty: no XML element in it")
    if body.upper().startswith(b"<!DOCTYPE"):
        raise UnsafeError("a document type declaration (DOCTYPE): refused, messages have none")
    if not body.startswith(b"<"):
        raise DecodeError("not XML: it does not begin with an element")
    return text


def as_utf8(data: bytes) -> bytes:
    """Return XML text as UTF-8, whatever it came in, with its declaration cut off.

    Raises:
        DecodeError: it is not text in the encoding that it claims, or in one that is not supported.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _without_declaration(_recoded(data[len(mark) :], encoding))
    for mark, encoding in _BARE:
        if data.startswith(mark):
            return _without_declaration(_recoded(data, encoding))
    declaration = _DECLARATION.match(data)
    if declaration is None:
        return data
    found = _ENCODING.search(declaration[0])
    rest = data[declaration.end() :]
    name = found[1].decode() if found else "utf-8"
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        raise DecodeError(f"unknown encoding {name!r}") from None
    if encoding in ("utf-8", "ascii"):
        return rest
    if encoding.startswith("utf-16"):  # declared so, yet written in single octets: a frequent slip of .NET peers
        return rest
    if not _ASCII_LIKE.fullmatch(encoding):
        raise DecodeError(f"encoding {name!r} is not supported; send UTF-8")
    return _recoded(rest, encoding)


def text_bytes(text: str) -> bytes:
    """Return a text as UTF-8 for ``parse``: it is decoded already, whatever its XML declaration says of its octets."""
    declaration = _TEXT_DECLARATION.match(text)
    return (text[declaration.end() :] if declaration else text).encode("utf-8", "surrogatepass")


def _recoded(data: bytes, encoding: str) -> bytes:
    try:
        return data if encoding == "utf-8" else data.decode(encoding).encode()
    except UnicodeError as error:
        raise DecodeError(f"not valid {encoding}: {error}") from None


def _without_declaration(text: bytes) -> bytes:
    declaration = _DECLARATION.match(text)
    return text[declaration.end() :] if declaration else text


def depth_exceeds(root: Node, limit: int) -> bool:
    """Return whether elements nest deeper than ``limit`` levels (XPath, in C)."""
    return bool(root.xpath(f"boolean(/{'/'.join(['*'] * (limit + 1))})"))


def path_of(element: Node) -> str:
    """Return where an element stands, as local names from the root."""
    names = [local_name(element), *(local_name(parent) for parent in element.iterancestors())]
    return "/".join(reversed(names))


def line_of(element: Node) -> int | None:
    """Return the line that an element begins in, None if it was not parsed from text."""
    return cast("int | None", element.sourceline)


def local_name(element: Node) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


_LOWER: Final = Memo(lambda tag: tag.rpartition("}")[2].lower())


def lower_name(element: Node) -> str:
    """Return an element's name without its namespace, in lower case."""
    return _LOWER[str(element.tag)]


def namespace(element: Node) -> str:
    """Return an element's namespace URI, empty for none."""
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
