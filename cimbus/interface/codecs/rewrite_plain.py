"""Headers changed in the octets of documents that begin as most do; None where it takes a parser to be sure.

Nothing behind the header is changed. Of XML it is not looked at: the same trust as that of ``decode_header``. JSON is
read, since a member that stands twice is refused wherever it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from .header import CHILD, plain_children, plain_start
from .json.loads import BOM, DECODER, loads
from .json.reader import HEADER, is_area
from .xml.escape import escape

_HEAD: Final = 8_192
"""Octets in which a header is looked for, as ``decode_header`` does."""
_KEY: Final = re.compile(rb'"header"', re.IGNORECASE)


def rewrite_plain_xml(data: bytes, texts: Mapping[str, str | None], order: Mapping[str, int]) -> bytes | None:
    """Return an XML document with other texts in its header.

    Args:
        data: the document.
        texts: the new texts by the names of the children; None takes a child away.
        order: the place of each child in the schema, by its name in lower case.

    >>> data = b"<Message><Header><Verb>get</Verb><Noun>X</Noun></Header></Message>"
    >>> rewrite_plain_xml(data, {"Source": "HES"}, {"verb": 0, "noun": 1, "source": 6})
    b'<Message><Header><Verb>get</Verb><Noun>X</Noun><Source>HES</Source></Header></Message>'
    """
    head = data[:_HEAD]
    start = plain_start(head)
    if start is None or plain_children(head, *start) is None:
        return None
    prefix, position = b"", start[2]
    children: list[tuple[str, bytes]] = []
    while found := CHILD.match(head, position):
        prefix = found[2]
        children.append((found[3].decode(), found[0]))
        position = found.end()
    for name, text in texts.items():
        tag = prefix.decode() + name
        made = b"" if text is None else f"<{tag}>{escape(text)}</{tag}>".encode()
        rank = order[name.lower()]
        place = next((i for i, (other, _) in enumerate(children) if order[other.lower()] >= rank), len(children))
        there = place < len(children) and children[place][0] == name
        children[place : place + there] = [(name, made)]
    return b"".join((data[: start[2]], *(child for _, child in children), data[position:]))


def rewrite_plain_json(data: bytes, texts: Mapping[str, str | None]) -> bytes | None:
    """Return a JSON document with other texts in its header, which has to be the only member that is called so.

    Raises:
        DecodeError: it is not valid JSON, or a member stands twice.

    >>> rewrite_plain_json(b'{"Message":{"Header":{"Verb":"get"},"Payload":{"n":1.10}}}', {"Source": "HES"})
    b'{"Message":{"Header":{"Verb":"get","Source":"HES"},"Payload":{"n":1.10}}}'
    """
    if b"\\u" in data or len(_KEY.findall(data)) != 1:
        return None
    _ = loads(data)
    try:
        mark = len(BOM) if data.startswith(BOM) else 0
        text = data[mark:_HEAD].decode("utf-8", "surrogateescape")
        found = HEADER.match(text)
        if found is None or is_area(found[1] or ""):
            return None
        _, end = DECODER.raw_decode(text, found.end())
        header = msgspec.json.decode(text[found.end() : end].encode(), type=dict[str, msgspec.Raw])
    except (ValueError, RecursionError, msgspec.DecodeError):
        return None
    for name, value in texts.items():
        own = [each for each in header if each.lower() == name.lower()]
        if value is not None:
            header[own[0] if own else name] = msgspec.Raw(msgspec.json.encode(value))
            continue
        for each in own:
            del header[each]
    before = data[:mark] + text[: found.end()].encode("utf-8", "surrogateescape")
    length = len(text[found.end() : end].encode("utf-8", "surrogateescape"))
    return before + msgspec.json.encode(header) + data[len(before) + length :]
