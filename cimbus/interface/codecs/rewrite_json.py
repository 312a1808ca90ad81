"""A header changed in the text of a JSON document, in our own form or as a converter of XML writes it.

The header is found in the document as readers see it, and then in its text, where keys may have prefixes, and a value
may be a list of one. What is written looks like what the header has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs do not have it
from typing import Any, Final, cast

import msgspec

from cimbus.errors import DecodeError

from .json.content import as_list, as_object
from .json.loads import BOM, DECODER, loads
from .json.reader import find_envelope, header_key
from .json.serializers import of_a_serializer, settled, text_only
from .limits import Limits, WorkBudget

Json = Any

_BLANK: Final = re.compile(r"[ \t\n\r]*")
"""White space of JSON (RFC 8259, 2)."""


def rewrite_any_json(data: bytes, texts: Mapping[str, str | None], limits: Limits) -> bytes:
    """Return a JSON document with other texts in its header: numbers elsewhere keep their digits.

    Args:
        data: the document.
        texts: the new texts by the names of the children; None takes a child away.
        limits: bounds on size and nesting.

    Raises:
        DecodeError: it is no message with a header, or one that cannot be changed in place.

    >>> data = b'{"a:Message": {"a:Header": {"a:Verb": {"$": "get"}, "a:Noun": {"$": "X"}}}}'
    >>> rewrite_any_json(data, {"Source": "HES"}, Limits())
    b'{"a:Message": {"a:Header": {"a:Verb":{"$": "get"},"a:Noun":{"$": "X"},"a:Source":{"$":"HES"}}}}'
    """
    if len(data) > limits.max_bytes:
        raise DecodeError(f"{len(data)} octets are too many to be rewritten")
    tree = loads(data)
    if prefixed := of_a_serializer(data):
        tree = settled(tree, data, WorkBudget(limits, len(data)))
    path = find_envelope(tree)
    key = None if path is None else header_key(path[-1][1])
    if path is None or key is None:
        raise DecodeError("no header to rewrite")
    text = data.removeprefix(BOM).decode()
    start = _object(text, _skip(text, 0))
    for name in (*(name for name, _ in path[1:]), key):
        start = _object(text, _member(text, start, name, prefixed=prefixed))
    _, end = DECODER.raw_decode(text, start)
    try:
        header = msgspec.json.decode(text[start:end].encode(), type=dict[str, msgspec.Raw])
    except msgspec.DecodeError as error:  # an unpaired surrogate, which Python's reader accepts
        raise DecodeError(f"not valid JSON: {error}") from None
    _change(header, texts, prefixed=prefixed)
    return b"".join((text[:start].encode(), msgspec.json.encode(header), text[end:].encode()))


def _change(header: dict[str, msgspec.Raw], texts: Mapping[str, str | None], *, prefixed: bool) -> None:
    """Set, add and remove members of a header."""
    prefix, pattern = "", None
    if prefixed:
        telling = next((key for key in header if _local(key).lower() in ("verb", "noun")), "")
        prefix = telling.removesuffix(_local(telling))
        pattern = loads(bytes(header[telling])) if telling else None
    for name, value in texts.items():
        # in another namespace, it is another's
        own = [key for key in header if key.lower() in (name.lower(), (prefix + name).lower())]
        if value is not None:
            key = own[0] if own else prefix + name
            header[key] = msgspec.Raw(msgspec.json.encode(_like(pattern, value)))
            continue
        for key in own:
            del header[key]


def _like(pattern: Json, text: str) -> Json:
    """Return a text in the form that another member has."""
    if isinstance(pattern, list):
        return [_like(next(iter(as_list(pattern)), None), text)]
    return text_only(as_object(pattern), text) if isinstance(pattern, dict) else text


def _object(text: str, start: int) -> int:
    """Return where an object begins: here, or in a list of one."""
    if text[start] == "[":
        inside = _skip(text, start + 1)
        _, end = DECODER.raw_decode(text, inside)
        if text[_skip(text, end)] == "]":
            return _object(text, inside)
    if text[start] != "{":
        raise DecodeError("several messages in one document: their headers cannot be rewritten")
    return start


def _member(text: str, start: int, name: str, *, prefixed: bool) -> int:
    """Return where the value of a member begins, in a valid document with the object at ``start``."""
    position = _skip(text, start + 1)
    while text[position] == '"':
        key, position = cast("tuple[str, int]", scanstring(text, position + 1, True))
        position = _skip(text, _skip(text, position) + 1)  # over the colon
        if key == name or (prefixed and _local(key) == name and text[position] in "{["):
            return position
        _, position = DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)  # over the comma
    raise DecodeError("this header cannot be rewritten: no member of the document is called as readers see it")


def _local(key: str) -> str:
    return key.rpartition(":")[2]


def _skip(text: str, position: int) -> int:
    return cast("re.Match[str]", _BLANK.match(text, position)).end()
