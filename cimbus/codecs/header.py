"""A message's header from the first octets of an XML document.

Two ways to the same result: a scan with one regular expression over a header that is as most are (plain elements, no
comments or references near), and a pull parser that is fed until the header ends for all others.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final, cast

import msgspec
from lxml import etree

from cimbus.envelope import VERBS, Header, Root
from cimbus.errors import DecodeError, UnsafeError

from .lexical import READERS, SPACE, Inexact
from .limits import Limits
from .xml.dialects import NO_YEARS, settle_header
from .xml.reader import read_message
from .xml.reading import Reading
from .xml.roots import parse_root
from .xml.source import Node, guarded, line_of, local_name, lower_name, namespace, parse
from .xml.walker import walker

_HEAD: Final = 8_192
"""A header is searched for in so many octets at first."""
_MOST: Final = 1 << 20
"""And in so many at last."""
_CHUNK: Final = 4_096

_START: Final = re.compile(rb"<((?:[\w.-]+:)?Header)(\s[^<>]*)?(?<!/)>")
_DECLARED: Final = re.compile(rb"""(?:\s+xmlns(?::[\w.-]+)?\s*=\s*(?:"[^"]*"|'[^']*'))*\s*""")
"""Namespace declarations and no attributes."""
_CHILD: Final = re.compile(
    rb"\s*<((?:[\w.-]+:)?(Verb|Noun|Revision|Context|Timestamp|Source|AsyncReplyFlag|ReplyAddress|AckRequired"
    rb"|MessageID|CorrelationID|Comment))>([^<&\x00-\x08\x0b-\x1f]*)</\1>"
)
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
    """
    head = bytes(data[:_HEAD])
    return _plain(head) or _pulled(data, limits)


def _plain(head: bytes) -> Header | None:
    """Scan a header of plain elements; None where it takes a parser to be sure."""
    start = _START.search(head)
    while start is not None and b":Header" in start[1] and head.startswith(b"</" + start[1], start.end()):
        start = _START.search(head, start.end())  # an empty soap:Header
    if (
        start is None
        or _DECLARED.fullmatch(start[2] or b"") is None
        or b"<!" in head[: start.start()]
        or head.count(b"<?", 0, start.start()) > head.count(b"<?xml ", 0, start.start())
        or (b"encoding" in head[:100] and b"tf-8" not in head[:100].lower())
    ):
        return None
    values: dict[str, Any] = {}
    position = start.end()
    try:
        while found := _CHILD.match(head, position):
            field = _FIELDS[found[2]]
            text = found[3].decode()
            if field in values:
                return None
            values[field] = _READ[field](text) if field in _READ else text
            position = found.end()
    except (ValueError, Inexact):
        return None
    if not head.startswith(b"</" + start[1] + b">", position + _blank(head, position)):
        return None
    if values.get("verb") not in VERBS or not values.get("noun") or any(_doubtful(v) for v in values.values()):
        return None
    return Header(**values)


def _blank(head: bytes, position: int) -> int:
    rest = head[position : position + 64]
    return len(rest) - len(rest.lstrip(b" \t\r\n"))


def _doubtful(value: object) -> bool:
    """Return whether a value is one that the general path may change."""
    if isinstance(value, datetime):
        return value.year in NO_YEARS
    return isinstance(value, str) and value != value.strip(SPACE)


def _pulled(data: bytes | bytearray | memoryview, limits: Limits) -> Header:
    """Parse until the header ends."""
    text = guarded(_even(bytes(data[:_MOST])), limits)
    parser = etree.XMLPullParser(
        events=("end",),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        for position in range(0, len(text), _CHUNK):
            failure = None
            try:
                parser.feed(text[position : position + _CHUNK])
            except etree.XMLSyntaxError as error:
                failure = error  # perhaps behind the header
            for _, node in parser.read_events():
                if (header := _header(cast("Node", node))) is not None:
                    return header
            if failure is not None:
                raise failure
    except etree.XMLSyntaxError as error:
        kind = UnsafeError if "depth" in str(error).lower() else DecodeError
        raise kind(f"not well-formed XML: {error.msg}", line=error.lineno) from None
    if len(data) > _MOST:
        raise DecodeError("no Header with Verb and Noun, and no Reply")
    return read_message(parse(bytes(data), limits), Reading(limits=limits)).header


def _even(data: bytes) -> bytes:
    """Cut a piece of UTF-16 or UTF-32 to whole units."""
    return data[: len(data) & ~3] if b"\0" in data[:4] or data[:2] in (b"\xff\xfe", b"\xfe\xff") else data


def _header(node: Node) -> Header | None:
    """Return the header that an element is, or that a FaultMessage implies; None if it is neither."""
    local = lower_name(node)
    parent = node.getparent()
    name = None if parent is None else parse_root(local_name(parent))
    if local == "reply" and name is not None and name.root is Root.fault:
        return Header(verb="reply", noun=name.noun)
    if local != "header" or not any(lower_name(child) in ("verb", "noun") for child in node):
        return None
    reading = Reading()
    settle_header(node, reading)
    uri = namespace(node[0])
    header: Header = walker(Header)(node, reading, f"{{{uri}}}" if uri else "")
    verb, noun = header.verb or (name.verb if name else ""), header.noun or (name.noun if name else "")
    if not verb:
        raise DecodeError("the header has no Verb", line=line_of(node), header=header)
    return msgspec.structs.replace(header, verb=verb, noun=noun)
