"""The areas of an envelope, and the query that may stand in the request area."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from cimbus.interface.codecs.limits import check_number, check_uri
from cimbus.interface.envelope import NAMESPACE, Header, Request

from .areas import children_uri
from .decode_context import DecodeContext
from .dialects import note_namespace, spread
from .roots import is_query, parse_root
from .source import Node, local_name, lower_name, namespace
from .walker import walker

_STANDARD: Final = f"{{{NAMESPACE}}}"


def read_area(cls: type[Any], node: Node, context: DecodeContext) -> Any:
    """Read one area with its class's walker."""
    if node.tag.startswith(_STANDARD):  # as most are, and so are its children (``children_uri``)
        check_uri(NAMESPACE, context.limits)
        return walker(cls)[_STANDARD](node, context)
    uri = children_uri(node, context.query)
    check_uri(uri, context.limits)
    if (
        uri != NAMESPACE
        and not context.unordered
        and len(node) > (context.query is not None)
        and not _per_noun(uri, node)
    ):
        note_namespace(uri, node, context)
    return walker(cls)(node, context, f"{{{uri}}}" if uri else "")


def _per_noun(uri: str, area: Node) -> bool:
    """Return whether an area's children are in the namespace of a per-noun root, as those of a request are."""
    root = area.getparent()
    if root is None or namespace(root) != uri or lower_name(area) != "request":
        return False
    name = parse_root(local_name(root))
    return name is not None and not name.generic


def read_request(
    node: Node | None, header: Header, context: DecodeContext, *, beside: bool = False
) -> tuple[Request | None, list[Node]]:
    """Read the request area; return it and the query that stood in it, which is the message's payload.

    Where there are nouns in the payload area (``beside``), all queries of the request go with them.
    """
    if node is None:
        return None, []
    queries = [child for child in _unknown(node) if is_query(local_name(child), header.noun)]
    query = queries[0] if queries else None
    for other in queries[1:] if beside else ():
        node.remove(other)
    spread(node, {"option": ("option", "optiontype"), "id": ("id", "idtype")}, context)
    context.query = query
    request: Request = read_area(Request, node, context)
    context.query = None
    check_number(request.options, context.limits)
    check_number(request.ids, context.limits)
    if query is not None:
        request = _placed_behind(request, header.noun)
    # an area that held nothing but the query is written for the query alone
    found = queries if beside else queries[:1]
    return (None if query is not None and request == Request() else request), found


def _placed_behind(request: Request, noun: str) -> Request:
    """Return the area with further queries in no place of their own: they are written behind the query."""
    if request.extensions is None:
        return request
    elements = tuple(
        msgspec.structs.replace(each, after="") if is_query(each.element.name, noun) else each
        for each in request.extensions.elements
    )
    return msgspec.structs.replace(request, extensions=msgspec.structs.replace(request.extensions, elements=elements))


def _unknown(request: Node) -> Iterator[Node]:
    return (n for n in request if lower_name(n) not in ("starttime", "endtime", "option", "id"))
