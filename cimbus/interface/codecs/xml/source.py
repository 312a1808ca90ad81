"""Bytes to a parsed XML document, or a refusal in bounded time and memory.

Rules: libxml2 only gets UTF-8 that was checked here (an encoding of the sender's choice can hide a DOCTYPE); a document
type declaration is refused before parsing, whatever is in it (no entities, no external references); nodes
are counted in the raw text, before a tree exists.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Final, cast

from lxml import etree

from cimbus.errors import DecodeError, UnsafeError
from cimbus.interface.codecs.cache import BoundedCache
from cimbus.interface.codecs.limits import Limits, beyond

from .parsers import Node as Node  # noqa: PLC0414  # said here for all who read trees
from .parsers import tree_of

_BOMS: Final = (  # XML 1.0, appendix F; the longer ones first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML 1.0, appendix F.1, without a byte order mark: how "<" looks in these encodings
_BARE: Final = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
# encodings in which all ASCII octets mean ASCII: "<" and "!" cannot be written in another way
_ASCII_LIKE: Final = re.compile(r"utf-8|ascii|iso8859-\d+|latin_?1|cp125\d|cp1252|koi8-r")
_DECLARATION: Final = re.compile(rb"\s*<\?xml\s[^>]*?\?>")
_TEXT_DECLARATION: Final = re.compile(r"\ufeff?\s*<\?xml\s[^>]*?\?>")
_USUAL: Final = tuple(
    f"<?xml version={quote}1.0{quote} encoding={quote}{name}{quote}?>".encode()
    for quote in "\"'"
    for name in ("UTF-8", "utf-8")
)
"""How most declarations are written."""
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
PROLOG: Final = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_REFERENCE: Final = 6
"""Octets as which one of a namespace may be written (``&quot;``)."""
_REASON: Final = 400
"""Characters of libxml2's reason: it repeats names, which a sender chooses."""
_SEVERAL: Final = ("Extra content", "XML declaration allowed")
"""How libxml2 begins to say that a second document follows."""
LIBXML_DEPTH: Final = 256
"""The depth at which libxml2 stops by itself unless ``huge_tree`` is set."""
LIBXML_TEXT: Final = 10_000_000
"""Octets of a text at which libxml2 stops by itself unless ``huge_tree`` is set; no shorter document has one."""
_HUGE_DEPTH: Final = 2_048
"""The depth at which libxml2 stops by itself where ``huge_tree`` is set."""


def parse(data: bytes, limits: Limits) -> Node:
    """Return the root element of a document.

    Raises:
        UnsafeError: a document type declaration, or a limit is exceeded.
        DecodeError: not well-formed XML, or in an encoding that is not supported.

    >>> parse(b"<Message/>", Limits()).tag
    'Message'
    """
    text = guarded(data, limits)
    huge = limits.max_depth > LIBXML_DEPTH or len(text) > LIBXML_TEXT
    try:
        root = tree_of(text, huge=huge)
    except etree.XMLSyntaxError as error:
        reason = str(error.msg or error).partition(", line")[0][:_REASON]
        kind = UnsafeError if "depth" in reason.lower() or "huge" in reason.lower() else DecodeError
        several = "; decode_all reads several documents" if reason.startswith(_SEVERAL) else ""
        raise kind(f"not well-formed XML: {reason}{several}", line=error.lineno) from None
    if root is None:  # pyright: ignore[reportUnnecessaryComparison]  # recovering parsers only, but cheap to be sure
        raise DecodeError("no root element")
    guards = LIBXML_DEPTH if len(text) <= LIBXML_TEXT else _HUGE_DEPTH
    if limits.max_depth < guards and depth_exceeds(root, limits.max_depth):
        raise beyond("elements are nested deeper", "max_depth", limits.max_depth)
    return root


def guarded(data: bytes, limits: Limits) -> bytes:
    """Return the document as UTF-8 without declaration, once everything that can be refused unparsed was.

    Raises:
        UnsafeError: see ``parse``.
        DecodeError: empty, or in an encoding that is not supported.

    >>> guarded(b"<?xml version='1.0'?><Message/>", Limits())
    b'<Message/>'
    """
    size = len(data)
    if size > limits.max_nodes or size > limits.max_bytes:
        limits.check_size(data)
    text = as_utf8(data)
    if (size := len(text)) > limits.max_nodes and text is not data:  # in another encoding, marks have other octets
        limits.check_size(text)
    if size > _REFERENCE * limits.max_uri:
        _check_namespaces(text, limits)
    first = 1 if text[:1] == b"\n" else 0  # behind a declaration
    if text[first : first + 1] == b"<" and text[first + 1 : first + 2].isalpha():  # as most begin
        return text
    start = PROLOG.match(text)
    begin = start.end() if start else 0
    body = text[begin : begin + len("<!DOCTYPE")]
    if not body:
        raise DecodeError("empty: no XML element in it")
    if body.upper().startswith(b"<!DOCTYPE"):
        raise UnsafeError("a document type declaration (DOCTYPE): refused, messages have none")
    if not body.startswith(b"<"):
        raise DecodeError("not XML: it does not begin with an element")
    return text


def _check_namespaces(text: bytes, limits: Limits) -> None:
    """Refuse namespaces that are far too long before libxml2 sees them: the full name of each element repeats them.

    What only looks like a declaration, in a comment or a CDATA section, is refused, too: of that length it is no less
    strange.
    """
    if _longer(_REFERENCE * limits.max_uri).search(text):
        raise beyond("a longer namespace", "max_uri", limits.max_uri)


@lru_cache(maxsize=16)  # one pattern for each Limits in use: a program has one or two
def _longer(octets: int) -> re.Pattern[bytes]:
    """Return a pattern for a namespace declaration that is longer."""
    return re.compile(
        rb"""xmlns(?::[^\s<>=]*)?\s*=\s*(?:"[^"]{%d}[^"]|'[^']{%d}[^'])""".replace(b"%d", str(octets).encode())
    )


def as_utf8(data: bytes) -> bytes:
    """Return XML text as UTF-8, whatever it came in, with its declaration cut off.

    Raises:
        DecodeError: it is not text in the encoding that it claims, or in one that is not supported.

    >>> as_utf8("<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"))
    b'<a/>'
    """
    return data[data.index(b">") + 1 :] if data.startswith(_USUAL) else _as_utf8(data)


def _as_utf8(data: bytes) -> bytes:
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
    if encoding.startswith("utf-16"):  # declared so, yet UTF-8: what .NET writes when a string is sent as it is
        return rest
    if not _ASCII_LIKE.fullmatch(encoding):
        raise DecodeError(f"encoding {name!r} is not supported; send UTF-8")
    return _recoded(rest, encoding)


def text_bytes(text: str) -> bytes:
    """Return a text as UTF-8 for ``parse``, without its XML declaration, which is about octets that no longer exist.

    >>> text_bytes("<?xml version='1.0' encoding='latin-1'?><a/>")
    b'<a/>'
    """
    declaration = _TEXT_DECLARATION.match(text)
    # unpaired surrogates pass here, so that the parser refuses them with a line number
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
    """Return whether elements nest deeper than ``limit`` levels (XPath, in C).

    >>> depth_exceeds(etree.fromstring("<a><b/></a>"), 1), depth_exceeds(etree.fromstring("<a><b/></a>"), 2)
    (True, False)
    """
    return bool(root.xpath(f"boolean(/{'/'.join(['*'] * (limit + 1))})"))


def path_of(element: Node) -> str:
    """Return where an element is, as local names from the root.

    >>> path_of(etree.fromstring("<a><b/></a>")[0])
    'a/b'
    """
    names = [local_name(element), *(local_name(parent) for parent in element.iterancestors())]
    return "/".join(reversed(names))


def line_of(element: Node) -> int | None:
    """Return the line that an element begins in, None if it was not parsed from text.

    >>> line_of(etree.fromstring("<a>" + chr(10) + "<b/></a>")[0])
    2
    """
    return cast("int | None", element.sourceline)


def local_name(element: Node) -> str:
    """Return an element's name without its namespace.

    >>> local_name(etree.Element("{urn:x}Header"))
    'Header'
    """
    return LOCAL[element.tag]


LOCAL: Final = BoundedCache(lambda tag: tag.rpartition("}")[2])
"""The name in a tag, without its namespace."""
URI: Final = BoundedCache(lambda tag: tag[1:].partition("}")[0] if tag.startswith("{") else "")
"""The namespace in a tag, empty for none."""
LOWER: Final = BoundedCache(lambda tag: tag.rpartition("}")[2].lower())
"""The name in a tag, in lower case."""


def lower_name(element: Node) -> str:
    """Return an element's name without its namespace, in lower case.

    >>> lower_name(etree.Element("{urn:x}Header"))
    'header'
    """
    return LOWER[element.tag]


def namespace(element: Node) -> str:
    """Return an element's namespace URI, empty for none.

    >>> namespace(etree.Element("{urn:x}Header"))
    'urn:x'
    """
    return URI[element.tag]
