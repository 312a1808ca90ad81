"""A message's header changed in the document itself, in any dialect; everything after it stays as it was.

For programs that pass messages on and must say where replies go (a bridge): the payload is neither decoded nor encoded.
Of an XML document whose header takes a parser to be found, comments and processing instructions are lost, and its
encoding becomes UTF-8; of all others, nothing but the header changes.

Rule: the header is found as ``decode`` and ``decode_header`` find it, and the result is read once more: a document in
which the new texts are not what a reader sees is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from lxml import etree

from cimbus.errors import CimbusError, DecodeError, EncodeError
from cimbus.interface.envelope import Header

from .guard import GUARD
from .header import scan_header
from .json import scan_json_header
from .lexical import SPACE
from .limits import DEFAULT_LIMITS, Limits
from .opening import opened
from .rewrite_json import rewrite_any_json
from .rewrite_plain import rewrite_plain_json, rewrite_plain_xml
from .sniff import is_json
from .xml.areas import children_uri, find_envelope, header_of, is_header, is_own
from .xml.escape import escape
from .xml.source import Node, lower_name, parse

_NAMES: Final = {
    "context": "Context",
    "source": "Source",
    "reply_address": "ReplyAddress",
    "message_id": "MessageID",
    "correlation_id": "CorrelationID",
}
_ORDER: Final = {name.lower(): rank for rank, name in enumerate(Header.__struct_encode_fields__)}
"""The children of a header in the schema's sequence (IEC 61968-100 Ed. 1, HeaderType)."""
_NONE: Final = "no header to rewrite"


def rewrite_header(data: bytes, *, limits: Limits = DEFAULT_LIMITS, **fields: str | None) -> bytes:
    """Return a message with other texts in its header; None takes a field away.

    Args:
        data: the message, XML or JSON.
        limits: bounds on size and nesting.
        fields: ``context``, ``source``, ``reply_address``, ``message_id``, ``correlation_id``.

    Raises:
        DecodeError: it is no message with a header (a FaultMessage has none), or one that cannot be changed in place.
        EncodeError: a text that XML or JSON cannot hold.
        TypeError: a field that cannot be rewritten.

    >>> data = b'{"Message": {"Header": {"Verb": "get", "Noun": "X"}, "Payload": {"n": 1.10}}}'
    >>> rewrite_header(data, reply_address="topic:replies")
    b'{"Message": {"Header": {"Verb":"get","Noun":"X","ReplyAddress":"topic:replies"}, "Payload": {"n": 1.10}}}'
    """
    if unknown := fields.keys() - _NAMES.keys():
        raise TypeError(f"cannot rewrite {', '.join(sorted(unknown))}; there are {', '.join(_NAMES)}")
    for text in fields.values():
        if not isinstance(cast("object", text), str | None):
            raise EncodeError(f"a header cannot hold a {type(text).__name__} there")
        _ = escape(text or "")
    texts = {_NAMES[field]: text for field, text in fields.items()}
    try:
        data, _ = opened(data, limits)
        json = is_json(data)
        scan = scan_json_header if json else scan_header
        before = scan(data, limits)
        limits.check_size(data)
        new = rewrite_plain_json(data, texts) if json else rewrite_plain_xml(data, texts, _ORDER)
        if new is None:
            new = rewrite_any_json(data, texts, limits) if json else _in_xml(data, texts, limits)
        _check(before, scan(new, limits), fields)
    except CimbusError:
        raise
    except Exception as error:
        raise GUARD.undecodable(error) from error
    return new


def _check(before: Header, after: Header, fields: Mapping[str, str | None]) -> None:
    """Refuse a document whose header does not say what was written into it, or something else than before."""
    for field in (*_NAMES, "verb", "noun"):
        wanted = fields[field] if field in fields else cast("str | None", getattr(before, field))
        found = cast("str | None", getattr(after, field)) or ""
        if found.strip(SPACE) != (wanted or "").strip(SPACE):
            raise DecodeError(f"this header cannot be rewritten: its {field} would be read as {found[:40]!r}")


# -- XML --------------------------------------------------------------------------------------------------------------


def _in_xml(data: bytes, texts: Mapping[str, str | None], limits: Limits) -> bytes:
    root = parse(data, limits)
    envelope = find_envelope(root)
    header = None if envelope is None else header_of(envelope)
    if header is None or not is_header(header):
        raise DecodeError(_NONE)
    uri = children_uri(header)
    for name, text in texts.items():
        _set_child(header, uri, name, text)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _set_child(header: Node, uri: str, name: str, text: str | None) -> None:
    own = [each for each in header if lower_name(each) == name.lower() and is_own(each, header, uri)]
    if text is None:
        for child in own:
            header.remove(child)
        return
    if own:
        child = own[0]
    else:
        child = etree.Element(f"{{{uri}}}{name}" if uri else name)
        header.insert(_place(header, name), child)
    for grandchild in list(child):
        child.remove(grandchild)
    child.text = text


def _place(header: Node, name: str) -> int:
    """Return where in a header a child belongs."""
    rank = _ORDER[name.lower()]
    for index, child in enumerate(header):
        if _ORDER.get(lower_name(child), -1) > rank:
            return index
    return len(header)
