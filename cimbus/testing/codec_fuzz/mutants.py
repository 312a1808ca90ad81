"""Small changes to a document, most of them where its meaning changes: at tags, texts, attributes and namespaces."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Final

from .values import spelling

_TOKENS: Final = (
    b"<!-- c -->", b"<!---->", b"<!-- a -- b -->", b"<?pi x?>", b"<![CDATA[x]]>", b" ", b"\n\t", b"\r\n", b"text",
    b"&lt;",
    b"<a/>", b'<a xmlns="urn:a"/>', b"<x:a xmlns:x='urn:x'>1</x:a>", b"<mRID>m</mRID>", b"<Name><name>n</name></Name>",
    b"<ID>i</ID>", b"<Header/>", b"<Reply><Result>OK</Result></Reply>", b"<Payload/>", b"<Request/>", b"</a>", b"<",
    b">", b"/", b"\xef\xbb\xbf", b"<!DOCTYPE a>", b"\x00", b"\x0c", b"\xe2\x80\xa8", b"<Option><name>o</name></Option>",
    b"<GetMeterReadings xmlns='http://iec.ch/TC57/2011/GetMeterReadings#'/>",
    b"<StartTime>2026-03-01T00:00:00Z</StartTime>",
)  # fmt: skip
_ATTRIBUTES: Final = (
    b' a="1"', b" ref='r'", b' ref="a&amp;b"', b' ref="a\tb"', b' ref="a\nb"', b' xmlns="urn:n"', b' xmlns=""',
    b' kind="uuid"',
    b' xmlns:p="urn:p"', b' xsi:nil="true"', b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    b' xml:lang="en"',
    b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:a a.xsd"', b' p:a="1"',
    b"  ", b"\n",
    b' xmlns:xml="http://www.w3.org/XML/1998/namespace"', b' xmlns:m="http://iec.ch/TC57/2011/schema/message"',
    b' id="<"', b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Name"',
    b' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="p:Reference"',
    b' xmlns:p="urn:a b"', b' cimbus-json-after="x"', b" idType='x' idType='y'",
)  # fmt: skip
_NAMESPACES: Final = (
    b"http://iec.ch/TC57/2011/schema/message", b"http://www.iec.ch/TC57/2008/schema/message", b"urn:other",
    b"urn:", b"x",
    b"http://iec.ch/TC57/2021/schema/message", b"http://iec.ch/TC57/2009/MeterReadings#", b"http://a.b/c?d",
    b"HTTP://a/b",
    b"http://iec.ch/TC57/2011/MeterReadings#", b"http://iec.ch/TC57/2011/EndDeviceEvents#", b"http://[::1]/",
    b"a b", b"%zz",
    b"http://iec.ch/TC57/2011/EndDeviceEventsMessage",
)  # fmt: skip
_URI: Final = re.compile(rb"""(?<=xmlns=")[^"]*|(?<=xmlns:.=")[^"]*""")
_NAME: Final = re.compile(rb"</?([\w:.-]+)")

Change = Callable[[list[bytes], Random], None]
"""Changes a document that was cut before each ``<``."""


def mutant(document: bytes, random: Random) -> bytes:
    """Return a document with one to three changes; now and then with none.

    >>> mutant(b"<a>1</a>", Random("1")) != mutant(b"<a>1</a>", Random("2"))
    True
    """
    for _ in range(random.choice((0, 1, 1, 1, 1, 2, 3))):
        if random.random() < 0.25:
            document = random.choice(_WHOLE)(document, random)
            continue
        parts = document.split(b"<")
        if len(parts) > 2:
            random.choice(_PARTS)(parts, random)
        document = b"<".join(parts)
    return document


def _text(parts: list[bytes], random: Random) -> None:
    at = random.randrange(1, len(parts))
    tag, _, old = parts[at].partition(b">")
    parts[at] = tag + b">" + spelling(old, random)


def _leaf_text(parts: list[bytes], random: Random) -> None:
    leaves = [at for at in range(1, len(parts) - 1) if not parts[at].endswith(b">") and parts[at + 1][:1] == b"/"]
    if leaves:
        at = random.choice(leaves)
        tag, _, old = parts[at].partition(b">")
        parts[at] = tag + b">" + spelling(old, random)


def _value(parts: list[bytes], random: Random) -> None:
    """Change a number or a time."""
    found = [at for at in range(1, len(parts)) if parts[at][-1:].isdigit() or parts[at][-1:] == b"Z"]
    if found:
        at = random.choice(found)
        tag, _, old = parts[at].partition(b">")
        parts[at] = tag + b">" + spelling(old, random)


def _siblings(parts: list[bytes], random: Random) -> None:
    """Swap two children that hold texts."""
    ends = [parts[at][:1] == b"/" for at in range(len(parts))]
    pairs = [at for at in range(1, len(parts) - 3) if ends[at : at + 4] == [False, True, False, True]]
    if pairs:
        at = random.choice(pairs)
        parts[at : at + 4] = parts[at + 2 : at + 4] + parts[at : at + 2]


def _token(parts: list[bytes], random: Random) -> None:
    at = random.randrange(1, len(parts))
    parts[at] += random.choice(_TOKENS)


def _attribute(parts: list[bytes], random: Random) -> None:
    at = random.randrange(1, len(parts))
    tag, mark, text = parts[at].partition(b">")
    slash = b"/" if tag.endswith(b"/") else b""
    parts[at] = tag.removesuffix(b"/") + random.choice(_ATTRIBUTES) + slash + mark + text


def _remove(parts: list[bytes], random: Random) -> None:
    at = random.randrange(1, len(parts))
    del parts[at : at + random.choice((1, 2, 2, 2, 3, 4))]


def _repeat(parts: list[bytes], random: Random) -> None:
    at = random.randrange(1, len(parts))
    end = at + random.choice((1, 2, 2, 2, 4, 8))
    parts[end:end] = parts[at:end] * random.choice((1, 1, 1, 30))


def _swap(parts: list[bytes], random: Random) -> None:
    length = random.choice((1, 2, 2, 2, 4))
    at = random.randrange(1, len(parts))
    other = at + length
    parts[at : other + length] = parts[other : other + length] + parts[at:other]


def _move(parts: list[bytes], random: Random) -> None:
    length = random.choice((1, 2, 2, 4))
    at = random.randrange(1, len(parts))
    moved = parts[at : at + length]
    del parts[at : at + length]
    to = random.randrange(1, len(parts) + 1)
    parts[to:to] = moved


def _rename(parts: list[bytes], random: Random) -> None:
    """Give an element another name, which is one of the document."""
    names = [match[1] for part in parts if (match := _NAME.match(b"<" + part))]
    if names:
        old, new = random.choice(names), random.choice((*names, random.choice(names).swapcase(), b"Extra"))
        for tag in (old, b"/" + old):
            for at, part in enumerate(parts):
                if part.startswith(tag) and part[len(tag) : len(tag) + 1] in (b">", b" ", b"/"):
                    parts[at] = tag.replace(old, new) + part[len(tag) :]


def _empty(parts: list[bytes], random: Random) -> None:
    """Write an element without content the short way, or the long way."""
    at = random.randrange(1, len(parts))
    tag, mark, text = parts[at].partition(b">")
    if tag.endswith(b"/"):
        words = tag.removesuffix(b"/").split()
        name = words[0] if words else b"a"
        parts[at : at + 1] = [tag.removesuffix(b"/") + mark, b"/" + name + mark + text]
    elif at + 1 < len(parts) and parts[at + 1].startswith(b"/") and not tag.startswith(b"/"):
        parts[at : at + 2] = [tag + b"/>" + parts[at + 1].partition(b">")[2]]


def _namespace(document: bytes, random: Random) -> bytes:
    found = list(_URI.finditer(document))
    if not found:
        return document
    one = random.choice(found)
    return document[: one.start()] + random.choice(_NAMESPACES) + document[one.end() :]


def _octet(document: bytes, random: Random) -> bytes:
    at = random.randrange(len(document) + 1)
    kind = random.randrange(3)
    if kind == 0:
        return document[:at] + document[at + 1 :]
    new = bytes([random.choice((random.randrange(256), *b"<>&'\"/ =:]x1\t\n\r-"))])
    return document[:at] + new + document[at + (kind == 1) :]


def _cut(document: bytes, random: Random) -> bytes:
    at = random.randrange(len(document) + 1)
    return document[:at] if random.random() < 0.3 else document[:at] + document[at + random.choice((2, 5, 20)) :]


_PARTS: Final[tuple[Change, ...]] = (
    _text, _leaf_text, _value, _value, _siblings, _token, _attribute, _remove, _repeat, _swap, _move, _rename, _empty,
)  # fmt: skip
_WHOLE: Final = (_namespace, _octet, _octet, _cut)
