"""libxml2's parsers, hardened: one for each thread, or a thread for one large document."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar, cast

from lxml import etree

Node = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # lxml has no public name for it

P = TypeVar("P")

_APART: Final = 65_536
"""Octets from which a document is parsed in a thread of its own: that costs 0.1 ms, and decoding it 1.5 ms or more."""


def tree_of(text: bytes, *, huge: bool) -> Node:
    """Return the root element of a document that was found to be no danger.

    Args:
        text: the document as UTF-8, without a document type declaration.
        huge: lift libxml2's own limits of depth and of the length of a text.

    Raises:
        etree.XMLSyntaxError: not well-formed.

    >>> tree_of(b"<Message/>", huge=False).tag
    'Message'
    """
    if len(text) < _APART:
        return etree.fromstring(text, _parser(huge=True) if huge else _PARSERS.usual)
    return _parsed_apart(text, _parser(huge=huge))


def nodes_in(node: Node) -> int:
    """Return how many elements, texts and attributes are inside an element, in time proportional to them.

    >>> nodes_in(tree_of(b"<a x='1'>text<b y='2'/></a>", huge=False))
    3
    """
    return int(cast("float", _PARSERS.nodes(node)))


def pull_parser(*, huge: bool) -> etree.XMLPullParser:
    """Return a parser to be fed, which tells where elements begin and end; for one thread, from its begin to its end.

    >>> parser = pull_parser(huge=False)
    >>> parser.feed(b"<Message/>")
    >>> [(event, node.tag) for event, node in parser.read_events()]
    [('start', 'Message'), ('end', 'Message')]
    """
    return _hardened(partial(etree.XMLPullParser, ("start", "end")), huge=huge)


def free(node: Node) -> None:
    """Free an element whose end tag has come, and all before it.

    >>> root = tree_of(b"<a><b/><c><d/></c></a>", huge=False)
    >>> free(root[1])
    >>> etree.tostring(root)
    b'<a><c/></a>'
    """
    parent = node.getparent()
    node.clear()
    if parent is not None:
        while (before := node.getprevious()) is not None:
            parent.remove(before)


def _parser(*, huge: bool) -> etree.XMLParser:
    return _hardened(etree.XMLParser, huge=huge)


def _hardened(make: Callable[..., P], *, huge: bool) -> P:
    """Make a parser that loads nothing, resolves nothing, and leaves comments and instructions out."""
    return make(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        collect_ids=False,
    )


class _Parsers(threading.local):
    """The parser of a thread: one that several share would let one thread at a time parse."""

    def __init__(self) -> None:
        self.usual = _parser(huge=False)
        self.nodes = etree.XPath("count(descendant::node()) + count(descendant::*/@*)")


_PARSERS: Final = _Parsers()


def _parsed_apart(text: bytes, parser: etree.XMLParser) -> Node:
    """Parse in a thread of its own.

    libxml2 keeps every name and namespace that it has read in a dictionary of the thread, as long as the thread lives:
    a peer that makes up names would fill the memory of a process. For a small document a thread costs more than parsing
    (0.1 ms, measured), and the names in it are few.
    """
    made: list[Node] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            made.append(etree.fromstring(text, parser))
        except Exception as error:  # noqa: BLE001  # raised again where it was asked for
            failed.append(error)

    thread = threading.Thread(target=run, name="cimbus XML parser")
    try:
        thread.start()
    except RuntimeError:  # no more threads: the names stay
        return etree.fromstring(text, parser)
    thread.join()
    if failed:
        raise failed[0]
    return made[0]
