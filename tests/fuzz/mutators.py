"""Damage to documents: to octets, to tokens, and to the structure of XML and JSON."""

from __future__ import annotations

import base64
import gzip
import json
from copy import deepcopy
from random import Random
from typing import Any

from lxml import etree

from .tokens import NAMES, TEXTS, TOKENS, URIS

SEPARATE = (b"<", b">", b'"', b",", b"{", b"}", b"[", b"]", b" ")


def octets(random: Random, data: bytes) -> bytes:
    """Flip, remove, double, replace and splice octets and tokens."""
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        at = random.randrange(len(data) + 1)
        end = min(len(data), at + random.choice((1, 2, 4, 20, 200)))
        kind = random.randrange(7)
        if kind == 0 and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]
        elif kind == 1:
            data = data[:at] + data[end:]
        elif kind == 2:
            data = data[:at] + data[at:end] * random.choice((2, 3, 50)) + data[end:]
        elif kind == 3:
            other = random.randrange(len(data) + 1)
            data = data[:at] + data[other : other + end - at] + data[at:]
        elif kind == 4:
            data = data[:at] + random.choice(TOKENS) + data[random.choice((at, end)) :]
        elif kind == 5:
            data = _at_a_separator(random, data)
        else:
            data = data[:at] + random.choice(TEXTS).encode() + data[end:]
    return data


def _at_a_separator(random: Random, data: bytes) -> bytes:
    mark = random.choice(SEPARATE)
    parts = data.split(mark)
    at = random.randrange(len(parts))
    if random.random() < 0.5:
        parts.insert(at, random.choice(TOKENS))
    else:
        parts[at] = parts[random.randrange(len(parts))]
    return mark.join(parts)


def encoded(random: Random, data: bytes) -> bytes:
    """Change the encoding, sometimes."""
    if random.random() < 0.92:
        return data
    try:
        text = data.decode()
        return random.choice(
            (
                text.encode("utf-16"),
                text.encode("utf-32"),
                b"\xef\xbb\xbf" + data,
                f'<?xml version="1.0" encoding="latin-1"?>{text}'.encode("latin-1", "xmlcharrefreplace"),
                f'<?xml version="1.0" encoding="utf-16"?>{text}'.encode(),
                f" \n{text}\n ".encode(),
            )
        )
    except UnicodeError:
        return data


def xml(random: Random, data: bytes) -> bytes:
    """Change the structure of an XML document: double, remove, rename, wrap and nest elements; prefixes; texts."""
    try:
        root = etree.fromstring(data)
    except (etree.XMLSyntaxError, ValueError):
        return octets(random, data)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        nodes = list(root.iter(etree.Element))
        try:
            root = _change(random, root, random.choice(nodes), random.choice(nodes))
        except (ValueError, etree.XMLSyntaxError):  # a name, text or namespace that XML cannot hold
            continue
    data = etree.tostring(root)
    if random.random() < 0.1:
        data = data.replace(b"</", random.choice(TOKENS) + b"</", random.randrange(1, 4))
    return encoded(random, octets(random, data) if random.random() < 0.1 else data)


def _copy(node: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(node, with_tail=False))


def _change(random: Random, root: etree._Element, node: etree._Element, other: etree._Element) -> etree._Element:
    kind = random.randrange(12)
    parent = node.getparent()
    if kind == 0 and parent is not None:
        for _ in range(random.choice((1, 1, 2, 30))):
            parent.insert(random.randrange(len(parent) + 1), _copy(node))
    elif kind == 1 and parent is not None:
        parent.remove(node)
    elif kind == 2:
        node.insert(random.randrange(len(node) + 1), _copy(other))
    elif kind == 3:
        uri = random.choice([*URIS, str(node.tag)[1:].partition("}")[0] if "}" in str(node.tag) else ""])
        name = random.choice([*NAMES, etree.QName(node).localname])
        node.tag = f"{{{uri}}}{name}" if uri else name
    elif kind == 4:
        node.text = random.choice(TEXTS)
    elif kind == 5:
        node.tail = random.choice(TEXTS)
    elif kind == 6:
        for _ in range(random.choice((1, 2, 3))):
            uri, name = random.choice(URIS), random.choice(("a", "b", "nil", "type", "lang", "kind", "ref", "idType"))
            node.set(f"{{{uri}}}{name}" if uri else name, random.choice(TEXTS))
    elif kind == 7:
        uri, name = random.choice(URIS), random.choice(NAMES)
        wrapper = etree.Element(f"{{{uri}}}{name}" if uri else name, nsmap={random.choice((None, "p", "ns0")): "urn:p"})
        if parent is None:
            wrapper.append(node)
            return wrapper
        parent.replace(node, wrapper)
        wrapper.append(node)
    elif kind == 8:
        child = etree.Element(random.choice(NAMES), nsmap={"p": random.choice(URIS[1:]), None: random.choice(URIS[1:])})
        child.text = random.choice(TEXTS)
        node.insert(random.choice((0, len(node))), child)
    elif kind == 9:
        node[:] = sorted(node, key=lambda _: random.random())
    elif kind == 10:
        node.text = etree.tostring(other, encoding="unicode", with_tail=False)
    else:
        depth = random.choice((3, 30, 230, 260))
        inner = node
        for _ in range(depth):
            inner = etree.SubElement(inner, random.choice(("d", "Header", "{urn:d}d")))
    return root


class Members(list[Any]):
    """The members of a JSON object as (name, value) pairs: names may stand twice."""


def dumped(value: Any, random: Random) -> str:
    """Write a tree with ``Members`` as JSON."""
    if isinstance(value, Members):
        space = random.choice(("", "", "", " ", "\n"))
        return "{" + ",".join(f"{json.dumps(name)}:{space}{dumped(item, random)}" for name, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dumped(item, random) for item in value) + "]"
    return str(value) if isinstance(value, Literal) else json.dumps(value, ensure_ascii=random.random() < 0.5)


class Literal(str):
    """A JSON token that is written as it is."""

    __slots__ = ()


VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**20,
    Literal("1.50"),
    Literal("1e400"),
    Literal("-0"),
    Literal("9" * 5_000),
    Literal("NaN"),
    [],
    [[]],
    [[10**20]],
    [[[{}]]],
    Members(),
    Members([("a", 1)]),
    Members([("#text", "x"), ("@a", 1)]),
    Members([("#children", ["a", Members([("b", 1)]), "c"])]),
    Members([("@xmlns", "urn:y"), ("a", Members())]),
    Members([("@xmlns:p", "urn:y")]),
    Members([("@{urn:w}a", "1"), ("@{urn:w}b", "1")]),
    "\ud800",
    "\x00",
    "\x08",
    "\uffff",
    Members([("elements", [Members([("element", Members([("ReplyAddress", "evil")])), ("after", "Verb")])])]),
    Members(
        [("attributes", Members([("{urn:w}a", "1"), ("{urn:w}b", "2"), ("Verb@{urn:w}a", "1"), ("Verb@{urn:w}b", "")]))]
    ),
]
KEYS = [
    *NAMES,
    "",
    "#text",
    "#children",
    "#extensions",
    "@a",
    "@{urn:w}a",
    "@xmlns",
    "@xmlns:p",
    "@xmlnsx",
    "a b",
    "\ud800",
]


def jsons(random: Random, data: bytes) -> bytes:
    """Change the structure of a JSON document: double, remove, move, rename and nest members; values."""
    try:
        tree = json.loads(data, object_pairs_hook=Members)
    except (ValueError, RecursionError):
        return octets(random, data)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        objects = [tree, *_objects(tree)]
        _change_members(random, random.choice(objects), random.choice(objects))
    text = dumped(tree, random).encode("utf-8", "surrogatepass")
    return octets(random, text) if random.random() < 0.1 else text


def _objects(value: Any) -> list[Members]:
    found: list[Members] = []
    todo = [value]
    while todo and len(found) < 500:
        each = todo.pop()
        if isinstance(each, Members):
            found.append(each)
            todo += [item for _, item in each]
        elif isinstance(each, list):
            todo += each
    return found or [Members()]


def _change_members(random: Random, members: Any, other: Any) -> None:
    if not isinstance(members, Members) or not isinstance(other, Members):
        return
    value = deepcopy(random.choice([*VALUES, *TEXTS, other]))  # or one change would show in later inputs
    at = random.randrange(len(members) + 1)
    kind = random.randrange(8)
    if kind == 0 or not members:
        members.insert(at, (random.choice(KEYS), value))
    elif kind == 1:
        members.insert(at, deepcopy(random.choice(members)))
    elif kind == 2:
        members.pop(at - 1)
    elif kind == 3:
        members[at - 1] = (random.choice(KEYS), members[at - 1][1])
    elif kind == 4:
        members[at - 1] = (members[at - 1][0], value)
    elif kind == 5:
        name = members[at - 1][0]
        members.insert(at, (random.choice((name.lower(), name.upper(), name)), value))
    elif kind == 6:
        name, item = members[at - 1]
        members[at - 1] = (name, [deepcopy(item) for _ in range(random.choice((1, 2, 40)))])
    else:
        members.sort(key=lambda _: random.random())


def compressed(random: Random, data: bytes) -> str:
    """Return a text for Compressed that holds something damaged, or is damaged itself."""
    inner = octets(random, data) if random.random() < 0.5 else xml(random, data)
    packed = gzip.compress(inner) if random.random() < 0.9 else inner
    if random.random() < 0.4:
        packed = octets(random, packed)
    text = base64.b64encode(packed).decode()
    if random.random() < 0.2:
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(("\n", " ", "=", "é", "-", "A")) + text[at:]
    return text
