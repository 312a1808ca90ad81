"""Whether strict reading surely accepts a message that the native codec read.

What the native codec reads, lenient reading reads without a note. Strict reading refuses some of it: what the schema of
the envelope says of a few texts, of elements beside its own, and of per-noun roots, and what facets say. A message in
which there is any of that is left to the walker.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cimbus.interface.envelope import ID, NAMESPACE, Error, Reply, Request
from cimbus.interface.message import Message
from cimbus.interface.model import find_class, per_class, spec_of
from cimbus.interface.model.facets import NO_FACETS

_ROOTS: Final = frozenset({"Message", "RequestMessage", "ResponseMessage", "EventMessage"})
"""The roots whose schema is that of Edition 1, whatever the noun."""


def is_surely_strict(message: Message[Any]) -> bool:
    """Return whether strict reading accepts a message that was read natively; its payload is opened.

    >>> is_surely_strict(Message.of(None, verb="delete", noun="EndDeviceControls"))
    False
    """
    origin, request, reply = message.origin, message.request_area, message.reply_area
    if origin is None or origin.root not in _ROOTS or message.header.extensions is not None:
        return False
    if (request is not None and not _has_plain_request(request)) or (reply is not None and not _has_plain_reply(reply)):
        return False
    area = message.payload_area
    if area.operation_set is not None or area.extensions is not None or len(area.items) > 1 or message.notes:
        return False
    if area.in_request and request is not None:  # the query has to be behind what else is in the request
        return False
    return all(map(_is_plain_noun, area.items))


def _is_plain_noun(item: object) -> bool:
    """Return whether an item is typed, in a namespace that a payload may be in, and without limits of its own."""
    entry = find_class(type(item))
    return entry is not None and entry.namespace not in ("", NAMESPACE) and not has_facets(type(item))


def _has_plain_request(request: Request) -> bool:
    return request.extensions is None and _are_plain(request.ids)


def _has_plain_reply(reply: Reply) -> bool:
    return reply.extensions is None and _are_plain(reply.ids) and all(map(_is_plain_error, reply.errors))


def _is_plain_error(error: Error) -> bool:
    # its xpath has to be a qualified name
    return error.xpath is None and _are_plain(each for each in (error.id, error.related_id) if each is not None)


def _are_plain(ids: Iterable[ID]) -> bool:
    """Return whether no ID has a kind, of which the schema lists the values."""
    return all(each.kind is None for each in ids)


@per_class
def has_facets(cls: type[Any]) -> bool:
    """Return whether a class, or one in it, limits a value or a number of children beyond its kind.

    >>> from cimbus.nouns import Name
    >>> has_facets(Name)
    False
    """
    seen: set[type[Any]] = set()
    todo = [cls]
    while todo:
        each = todo.pop()
        if each in seen:
            continue
        seen.add(each)
        for field in spec_of(each).fields:
            if field.facets != NO_FACETS or field.least > 1 or (field.many and field.most is not None):
                return True
            if field.kind == "any":
                return True
            if field.kind == "class" and field.type is not None:
                todo.append(field.type)
    return False
