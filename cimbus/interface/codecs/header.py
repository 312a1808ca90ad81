"""A message's header from the first octets of an XML document.

Three ways to the same result: the native codec, where it is installed; a scan with regular expressions over a document
that begins as most do (plain start tags up to the header, plain elements in it); and a pull parser that is fed until
the header ends for all others. Where it takes more than the header to be sure, the whole document is read as ``decode``
reads it.

Rule: what is returned here is ``decode(data).header`` for every document that ``decode`` reads (``xml.areas``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, cast

from lxml import etree

from cimbus.errors import DecodeError
from cimbus.interface.envelope import NAMESPACE, VERBS, Header

from .inexact import InexactError
from .lexical import READERS, SPACE
from .limits import Limits, WorkBudget
from .native import NATIVE
from .opening import opened
from .xml.areas import ALL_AREAS, AREA_NAMES, envelopes_around, first_area, is_header
from .xml.decode_context import DecodeContext
from .xml.doubts import NO_YEARS
from .xml.parsers import pull_parser
from .xml.reader import read_header, read_message
from .xml.roots import parse_root
from .xml.source import LIBXML_DEPTH, Node, guarded, lower_name, parse

_HEAD: Final = 8_192
"""Octets that the native codec and the regular expressions look at: half of all public messages are shorter than 2 kB
with their SOAP."""
_MOST: Final = 1 << 16
"""Octets that the pull parser reads before the whole document is parsed: a header stands before the payload, and an
event for each element costs ten times what the parser alone does."""
_CHUNK: Final = 4_096
"""Octets fed to the pull parser at once: most headers end in the first chunk."""

_DECLARATION: Final = re.compile(rb"""\s*<\?xml\s+version=["']1.0["'](?:\s+encoding=["'](?:utf-8|UTF-8)["'])?\s*\?>""")
_TAG: Final = re.compile(
    rb"""[^<&]*<(/?)((?:[\w.-]+:)?)([\w.-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<>&]*"|'[^'<>&]*'))*)\s*(/?)>"""
)
"""Text without references, and a tag: slash, prefix, local name, attributes, slash."""
_DIRECT: Final = re.compile(
    rb"""\s*<(?:[\w.-]+:)?([\w.-]+)(?:\s+[\w.:-]+\s*=\s*(?:"[^"<>&]*"|'[^'<>&]*'))*\s*>\s*<((?:[\w.-]+:)?)Header>"""
)
"""The tag of a root (its local name), and a header's (its prefix) directly behind it, as in most messages."""
_DECLARED: Final = re.compile(rb"""(?:\s+xmlns(?::[\w.-]+)?\s*=\s*(?:"[^"]*"|'[^']*'))*""")
"""Namespace declarations and no attributes."""
_DEFAULT: Final = re.compile(rb"""\sxmlns\s*=\s*["']([^"']*)""")
CHILD: Final = re.compile(
    rb"\s*<(((?:[\w.-]+:)?)(Verb|Noun|Revision|Context|Timestamp|Source|AsyncReplyFlag|ReplyAddress|AckRequired"
    rb"|MessageID|CorrelationID|Comment))>([^<&\x00-\x08\x0b-\x1f]*)</\1>"
)
_BLANK: Final = re.compile(rb"[ \t\r\n]*")
_FIELDS: Final = {
    b"Verb": "verb",
    b"Noun": "noun",
    b"Revision": "revision",
    b"Context": "context",
    b"Timestamp": "timestamp",
    b"Source": "source",
    b"AsyncReplyFlag": "async_reply_flag",
    b"ReplyAddress": "reply_address",
    b"AckRequired": "ack_required",
    b"MessageID": "message_id",
    b"CorrelationID": "correlation_id",
    b"Comment": "comment",
}
_READ: Final = {
    "timestamp": READERS["dateTime"],
    "async_reply_flag": READERS["boolean"],
    "ack_required": READERS["boolean"],
}


def scan_header(data: bytes | bytearray | memoryview, limits: Limits) -> Header:
    """Return the header of an XML document, of a FaultMessage an empty one.

    Raises:
        DecodeError: no header in the first part of the document, or no well-formed XML up to it.
        UnsafeError: a document type declaration.

    >>> xml = b"<Message><Header><Verb>get</Verb><Noun>MeterReadings</Noun></Header></Message>"
    >>> scan_header(xml, Limits()).noun
    'MeterReadings'
    """
    head = bytes(data[:_HEAD])
    return NATIVE.decode_header(head, limits) or _in_python(head, data, limits)


def _in_python(head: bytes, data: bytes | bytearray | memoryview, limits: Limits) -> Header:
    return _plain(head) or _pulled(data, limits) or _whole(data, limits)


def _whole(data: bytes | bytearray | memoryview, limits: Limits) -> Header:
    """Read the document as ``decode`` does."""
    return read_message(
        parse(opened(bytes(data), limits)[0], limits),
        DecodeContext(limits=limits, budget=WorkBudget(limits, len(data))),
    ).header


# -- regular expressions ----------------------------------------------------------------------------------------------


def _plain(head: bytes) -> Header | None:
    """Scan a header of plain elements; None where it takes a parser to be sure."""
    start = plain_start(head)
    return None if start is None else plain_children(head, *start)


def plain_start(head: bytes) -> tuple[bytes, bytes, int] | None:
    """Return a header's prefix, its attributes, and where its children begin; None where it takes a parser to be sure.

    >>> plain_start(b"<m:Message><m:Header><m:Verb>")
    (b'm:', b'', 21)
    """
    declaration = _DECLARATION.match(head) if b"?" in head[:8] else None  # a few blanks may stand before it
    position = declaration.end() if declaration is not None else 0
    direct = _DIRECT.match(head, position)
    if direct is not None and direct[1].lower() not in (b"header", b"reply"):
        return direct[2], b"", direct.end()
    opened: list[bytes] = []
    while (tag := _TAG.match(head, position)) is not None:
        slash, prefix, name, attributes, empty = tag.groups()
        position = tag.end()
        if name.lower() in (b"header", b"reply") and not slash:
            if empty:  # an empty soap:Header
                continue
            if name != b"Header" or not opened or (len(opened) > 1 and _carried(opened)):
                return None
            if head.startswith(b"</" + prefix + name + b">", position):
                position += len(prefix) + len(name) + 3
                continue
            return prefix, attributes, position
        if slash:
            if not opened or opened.pop() != name:
                return None
        elif not empty:
            opened.append(name)
    return None


def _carried(opened: list[bytes]) -> bool:
    """Return whether the innermost element stands in an area of another envelope."""
    return any(
        inner.lower().decode() in ALL_AREAS and parse_root(outer.decode()) is not None
        for outer, inner in pairwise(opened)
    )


def plain_children(head: bytes, prefix: bytes, attributes: bytes, position: int) -> Header | None:
    """Read the children of a header whose start tag was found, if they are plain and in one namespace."""
    # each rule excludes what could make the scan differ from a parser: comments, processing instructions, CDATA, DTDs
    # before the header, attributes on it, another encoding than UTF-8, namespaces that mix
    if attributes and _DECLARED.fullmatch(attributes) is None:
        return None
    before, own = head[:position], None
    values: dict[str, Any] = {}
    try:
        while found := CHILD.match(head, position):
            field = _FIELDS[found[3]]
            text = found[4].decode()
            if own is None and _is_own(before, prefix, found[2]):
                own = found[2]
            if field in values or found[2] != own:  # the general path keeps the second as an extension
                return None
            values[field] = _READ[field](text) if field in _READ else text
            position = found.end()
    except (ValueError, InexactError):
        return None
    blank = cast("re.Match[bytes]", _BLANK.match(head, position))
    if not head.startswith(b"</" + prefix + b"Header>", blank.end()):
        return None
    if values.get("verb") not in VERBS or not values.get("noun") or any(_doubtful(v) for v in values.values()):
        return None
    return Header(**values)


def _is_own(before: bytes, prefix: bytes, child: bytes) -> bool:
    """Return whether a child with this prefix is certainly the header's own."""
    if b"soap" in before and _in_soap(before, prefix):
        return False
    if child == prefix:
        return True
    # per noun: a header with a prefix, and children in the common namespace without one
    declared = _DEFAULT.findall(before)
    return not child and bool(declared) and all(uri == NAMESPACE.encode() for uri in declared)


def _in_soap(before: bytes, prefix: bytes) -> bool:
    """Return whether a prefix may be bound to SOAP's namespace."""
    name = b"xmlns:" + prefix[:-1] if prefix else b"xmlns"
    found = re.findall(name.replace(b".", rb"\.") + rb"""\s*=\s*["']([^"']*)""", before)
    return any(b"soap" in uri for uri in found)


def _doubtful(value: object) -> bool:
    """Return whether a value is one that the general path may change."""
    if isinstance(value, datetime):
        return value.year in NO_YEARS
    return isinstance(value, str) and value != value.strip(SPACE)


# -- a pull parser ----------------------------------------------------------------------------------------------------


def _pulled(data: bytes | bytearray | memoryview, limits: Limits) -> Header | None:
    """Parse until the header ends; None where more has to be read to be sure."""
    try:
        text = guarded(_even(bytes(data[:_MOST])), limits)
        area = next(_areas(text, limits), None)
        if area is None or not is_header(area):
            return None
        envelope = area.getparent()
        if envelope is None or envelopes_around(envelope):
            return None
        header = read_header(area, DecodeContext(limits=limits))
    except DecodeError:
        if len(data) > _MOST:  # what was cut off may be the reason
            return None
        raise
    except etree.XMLSyntaxError:  # perhaps behind the header of an envelope that ``decode`` refuses, too
        return None
    return header if header.verb and header.noun else None


def _areas(text: bytes, limits: Limits) -> Iterator[Node]:
    """Yield the areas that make their parents envelopes in document order, each as soon as it has ended."""
    parser = pull_parser(huge=limits.max_depth > LIBXML_DEPTH)
    opened = 0  # elements that are called like an area, one in another: the outer one begins first
    for position in range(0, len(text), _CHUNK):
        failure = None
        try:
            parser.feed(text[position : position + _CHUNK])
        except etree.XMLSyntaxError as error:
            failure = error  # perhaps behind the header
        for event, item in parser.read_events():
            node = cast("Node", item)
            if lower_name(node) not in AREA_NAMES:
                continue
            opened += 1 if event == "start" else -1
            if event == "end" and not opened and (area := first_area(node.iter(etree.Element))) is not None:
                yield area
        if failure is not None:
            raise failure


def _even(data: bytes) -> bytes:
    """Cut a piece of UTF-16 or UTF-32 to whole units."""
    return data[: len(data) & ~3] if b"\0" in data[:4] or data[:2] in (b"\xff\xfe", b"\xfe\xff") else data
