"""A message's header changed where it stands, whatever the dialect; everything behind it stays as it was.

For those who pass messages on and must say where replies go: the payload is neither read nor written anew. Of an XML
document, comments and processing instructions are lost, and its encoding becomes UTF-8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

import orjson
from lxml import etree

from cimbus.envelope import Header
from cimbus.errors import DecodeError, EncodeError

from .limits import DEFAULT_LIMITS, Limits
from .sniff import is_json
from .xml.source import Node, lower_name, namespace, parse

_NAMES: Final = {
    "context": "Context",
    "source": "Source",
    "reply_address": "ReplyAddress",
    "message_id": "MessageID",
    "correlation_id": "CorrelationID",
}
_ORDER: Final = [name.lower() for name in Header.__struct_encode_fields__]
"""The children of a header in the schema's sequence (IEC 61968-100 Ed. 1, HeaderType)."""
_HEADER: Final = re.compile(r'"header"\s*:\s*(?=\{)', re.IGNORECASE)
_DECODER: Final = json.JSONDecoder()


def rewrite_header(data: bytes, *, limits: Limits = DEFAULT_LIMITS, **fields: str | None) -> bytes:
    """Return a message with other texts in its header; None takes a field away.

    Args:
        data: the message, XML or JSON.
        limits: bounds on size and nesting.
        fields: ``context``, ``source``, ``reply_address``, ``message_id``, ``correlation_id``.

    Raises:
        DecodeError: it is no message with a header (a FaultMessage has none).
        EncodeError: a text that XML or JSON cannot hold.
        TypeError: a field that cannot be rewritten.
    """
    if unknown := fields.keys() - _NAMES.keys():
        raise TypeError(f"cannot rewrite {', '.join(sorted(unknown))}; there are {', '.join(_NAMES)}")
    texts = {_NAMES[field]: text for field, text in fields.items()}
    try:
        return _in_json(data, texts) if is_json(data) else _in_xml(data, texts, limits)
    except DecodeError:
        raise
    except (ValueError, TypeError) as error:
        raise EncodeError(f"a header cannot hold that: {error}") from error


# -- XML ------------------------------------------------------------------------------------------------------------


def _in_xml(data: bytes, texts: Mapping[str, str | None], limits: Limits) -> bytes:
    root = parse(data, limits)
    header = next((node for node in root.iter(etree.Element) if _is_header(node)), None)
    if header is None:
        raise DecodeError("no header to rewrite")
    for name, text in texts.items():
        _set_child(header, name, text)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _is_header(node: Node) -> bool:
    return lower_name(node) == "header" and any(lower_name(child) in ("verb", "noun") for child in node)


def _set_child(header: Node, name: str, text: str | None) -> None:
    child = next((each for each in header if lower_name(each) == name.lower()), None)
    if text is None:
        if child is not None:
            header.remove(child)
        return
    if child is None:
        uri = namespace(header[0])
        child = etree.Element(f"{{{uri}}}{name}" if uri else name)
        header.insert(_place(header, name), child)
    for grandchild in list(child):
        child.remove(grandchild)
    child.text = text


def _place(header: Node, name: str) -> int:
    """Return where in a header a child belongs."""
    rank = _ORDER.index(name.lower())
    for index, child in enumerate(header):
        word = lower_name(child)
        if word in _ORDER and _ORDER.index(word) > rank:
            return index
    return len(header)


# -- JSON -----------------------------------------------------------------------------------------------------------


def _in_json(data: bytes, texts: Mapping[str, str | None]) -> bytes:
    """Replace the header's own text: numbers elsewhere keep their digits."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode()
    for start in _HEADER.finditer(text):
        try:
            header, end = _DECODER.raw_decode(text, start.end())
        except (ValueError, RecursionError):
            continue
        written = {key.lower(): key for key in header}
        if "verb" in written or "noun" in written:
            for name, value in texts.items():
                key = written.get(name.lower(), name)
                header.pop(key, None) if value is None else header.update({key: value})
            return b"".join((text[: start.end()].encode(), orjson.dumps(header), text[end:].encode()))
    raise DecodeError("no header to rewrite")
