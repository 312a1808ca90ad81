"""Damaged envelopes, and whether strict reading and the user's schemas say the same about them.

    python -m fuzz.envelopes [--count N] [--seed S] [--only I] [--show N]

from the folder ``tests``. ``CIMBUS_SCHEMA_PATH`` names folders with the schemas, which are searched for a schema of the
Edition 1 envelope; nothing of them is copied.
"""

from __future__ import annotations

import argparse
import copy
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from lxml import etree

import cimbus
from cimbus.errors import DecodeError
from cimbus.interface.envelope import NAMESPACE

from . import bases

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
Node = etree._Element

EXTENSION = '<v:Trace xmlns:v="urn:v" v:a="1">7<v:b/></v:Trace>'
HEADER = (
    "<Header><Verb>create</Verb><Noun>CrewRoster</Noun><Revision>1</Revision><ReplayDetection><Nonce>n</Nonce>"
    "<Created>2026-03-01T12:00:00Z</Created></ReplayDetection><Context>TESTING</Context>"
    "<Timestamp>2026-03-01T12:00:00.1234567</Timestamp><Source>HES</Source><AsyncReplyFlag>true</AsyncReplyFlag>"
    "<ReplyAddress>topic:a</ReplyAddress><AckRequired>0</AckRequired><User><UserID>u</UserID><Organization>o"
    "</Organization></User><MessageID>m-1</MessageID><CorrelationID>c-1</CorrelationID><Comment/><Property><Name>p"
    f"</Name><Value>v</Value></Property><Property><Name>q</Name></Property>{EXTENSION}</Header>"
)
REQUEST = (
    "<Request><StartTime>2026-03-01T00:00:00Z</StartTime><EndTime>2026-03-02T00:00:00+01:00</EndTime><Option><name>a"
    '</name><value>b</value></Option><Option><name>c</name></Option><ID kind="uuid" idType="t" idAuthority="a" '
    f'objectType="o">1</ID><ID>2</ID>{EXTENSION}</Request>'
)
REPLY = (
    "<Reply><Result>FAILED</Result><Error><code>2.4</code><level>FATAL</level><reason>r</reason><details>d</details>"
    '<xpath xmlns:v="urn:v">v:a</xpath><stackTrace>s</stackTrace><Location><node>n</node><pipeline>p</pipeline><stage>'
    's</stage></Location><ID kind="name">1</ID><relatedID>2</relatedID><object><mRID>m</mRID><Name><name>n</name>'
    "<NameType><name>t</name><description>d</description><NameTypeAuthority><name>a</name><description>d</description>"
    "</NameTypeAuthority></NameType></Name><objectType>Meter</objectType></object><operationId>7</operationId></Error>"
    f"<Error><code/></Error><ID>3</ID>{EXTENSION}<operationId>-2</operationId></Reply>"
)
ROSTER = '<CrewRoster xmlns="urn:crews"><mRID>c</mRID></CrewRoster>'
SET = (
    "<Payload><OperationSet><enforceMsgSequence>true</enforceMsgSequence><enforceTransactionalIntegrity>false"
    "</enforceTransactionalIntegrity><Operation><operationId>1</operationId><noun>CrewRoster</noun><verb>create</verb>"
    f"<elementOperation>false</elementOperation>{ROSTER}</Operation><Operation><operationId>2</operationId></Operation>"
    "</OperationSet><Format>XML</Format></Payload>"
)
PAYLOADS = (
    f"<Payload>{ROSTER}{ROSTER}<Format>XML</Format></Payload>",
    SET,
    "<Payload><Compressed>JVBERg==</Compressed><Format>PDF</Format></Payload>",
    '<Payload><ID kind="other">1</ID><ID>2</ID></Payload>',
    "<Payload/>",
)
ROOTS = {
    "Message": (HEADER, REQUEST, REPLY),
    "RequestMessage": (HEADER, REQUEST),
    "ResponseMessage": (HEADER, REPLY),
    "EventMessage": (HEADER,),
}
WORDS = (
    "", " ", "x", "create", "Create", " create", "OK", "ok", "FATAL", "true", "1", "TRUE", " true ",
    "2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00", "2026-02-30T12:00:00Z", "2024-02-29T24:00:00Z", "2026-03-01T24:00:01Z", "2026-03-01",
    "12026-03-01T12:00:00Z", "0000-03-01T12:00:00Z", "-0001-03-01T12:00:00+14:00", "2026-03-01T12:00:00+14:01",
    "2026-03-01T12:00:00.Z", "2026-03-01T12:00:60Z", "+7", "007", "-0", "1.0", "1e3", "9" * 40, "v:a", "q:a", "a b",
    ":a", "uuid", "serial", "\u0664", "\u00a0",
)  # fmt: skip


def documents() -> list[bytes]:
    """Return envelopes that are valid, with each element of the schema in one of them."""
    made = [
        f'<{root} xmlns="{NAMESPACE}">{"".join(areas)}{payload}</{root}>'.encode()
        for root, areas in ROOTS.items()
        for payload in PAYLOADS
    ]
    made.append(f'<FaultMessage xmlns="{NAMESPACE}">{REPLY}</FaultMessage>'.encode())
    made.append(
        f'<p:Message xmlns:p="{NAMESPACE}"><p:Header><p:Verb>get</p:Verb><p:Noun/></p:Header></p:Message>'.encode()
    )
    corpus = [data for data in bases.corpus() if re.match(rb"\s*<[^>]*" + NAMESPACE.encode() + rb"[\"'][^>]*>", data)]
    return made + corpus


def mutated(random: Random, data: bytes) -> bytes:
    """Return an envelope with one to three faults, or none."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True))
    for _ in range(random.choice((0, 1, 1, 1, 1, 2, 3))):
        node = random.choice(list(root.iter(etree.Element)))
        random.choice(MUTATIONS)(random, root, node)
    return etree.tostring(root)


def _remove(random: Random, root: Node, node: Node) -> None:
    if (parent := node.getparent()) is not None:
        parent.remove(node)


def _repeat(random: Random, root: Node, node: Node) -> None:
    if (parent := node.getparent()) is not None:
        parent.insert(random.randrange(len(parent) + 1), copy.deepcopy(node))


def _move(random: Random, root: Node, node: Node) -> None:
    target = random.choice(list(root.iter(etree.Element)))
    if node is not root and node not in (target, *target.iterancestors()):
        target.insert(random.randrange(len(target) + 1), node)


def _swap(random: Random, root: Node, node: Node) -> None:
    if len(node) > 1:
        children = list(node)
        random.shuffle(children)
        node[:] = children


def _rename(random: Random, root: Node, node: Node) -> None:
    other = random.choice(list(root.iter(etree.Element)))
    uri = random.choice((NAMESPACE, "", "urn:v", etree.QName(node).namespace or ""))
    name = random.choice(
        (etree.QName(other).localname, etree.QName(node).localname, "Zebra", "Message", "EventMessage")
    )
    node.tag = f"{{{uri}}}{name}" if uri else name


def _text(random: Random, root: Node, node: Node) -> None:
    node.text = random.choice(WORDS)


def _tail(random: Random, root: Node, node: Node) -> None:
    if node is not root:
        node.tail = random.choice((" ", "x", "\n"))


def _attribute(random: Random, root: Node, node: Node) -> None:
    names = (
        "kind",
        "idType",
        "objectType",
        "colour",
        "{urn:v}a",
        f"{{{XSI}}}schemaLocation",
        f"{{{XSI}}}nil",
        "{http://www.w3.org/XML/1998/namespace}lang",
    )
    node.set(random.choice(names), random.choice(("uuid", "name", "x", "true", "false", "urn:a a.xsd")))


def _foreign(random: Random, root: Node, node: Node) -> None:
    node.insert(random.randrange(len(node) + 1), etree.fromstring(random.choice((EXTENSION, "<Bare/>", ROSTER))))


def _wrapped(random: Random, root: Node, node: Node) -> None:
    """Put an envelope into foreign content."""
    foreign = [each for each in root.iter(etree.Element) if not str(each.tag).startswith(f"{{{NAMESPACE}}}")]
    if foreign:
        inner = random.choice(
            (f'<Message xmlns="{NAMESPACE}"/>', f'<EventMessage xmlns="{NAMESPACE}">{HEADER}</EventMessage>')
        )
        random.choice(foreign).append(etree.fromstring(inner))


MUTATIONS: tuple[Callable[[Random, Node, Node], None], ...] = (
    _remove, _repeat, _move, _swap, _rename, _text, _tail, _attribute, _foreign, _wrapped,
)  # fmt: skip


def schemas() -> dict[str, etree.XMLSchema]:
    """Return the Edition 1 schemas that ``CIMBUS_SCHEMA_PATH`` names, by path: those whose wildcards are lax."""
    found: dict[str, etree.XMLSchema] = {}
    for place in filter(None, os.environ.get("CIMBUS_SCHEMA_PATH", "").split(os.pathsep)):
        for file in sorted(Path(place).rglob("*.xsd")):
            text = file.read_bytes()
            marks = (f'targetNamespace="{NAMESPACE}"'.encode(), b'"EventMessage"', b'processContents="lax"')
            if all(mark in text for mark in marks) and b'processContents="strict"' not in text:
                found[str(file)] = etree.XMLSchema(etree.parse(str(file)))
    return found


def is_known(document: Node, why: str, namespaces: tuple[str, ...] = (f"{{{NAMESPACE}}}",)) -> bool:
    """Return whether a disagreement is libxml2's: it lets elements pass behind foreign ones where only foreign may be.

    In ``Property*, any*`` it takes a Property behind a foreign element (as it does for ID, and in the choice of
    PayloadType); XML Schema part 1, 3.8.4, and other validators do not. This is the whole list.
    """
    if "in the order of the schema" not in why and "not part of the standard in this place" not in why:
        return False
    for parent in ("Header", "Request", "Reply", "Payload", "Operation"):
        for area in document.iter(*(own + parent for own in namespaces)):
            tags = [str(child.tag) for child in area]
            foreign = next(
                (i for i, tag in enumerate(tags) if tag.startswith("{") and not tag.startswith(namespaces)), len(tags)
            )
            if any(tag.startswith(namespaces) for tag in tags[foreign:]):
                return True
    return False


def verdicts(data: bytes, schema: etree.XMLSchema) -> tuple[bool, str] | None:
    """Return whether the schema accepts an envelope, and why strict reading refuses it (empty: it does not).

    None: it is read as no message at all, or another element in it is the message.
    """
    document = etree.fromstring(data)
    try:
        lenient = cimbus.decode(data)
        found = lenient.origin is not None and lenient.origin.root == etree.QName(document).localname
        if not found or any("envelope is not the root" in str(note) for note in lenient.notes):
            return None
    except DecodeError:
        return None
    try:
        cimbus.decode(data, strict=True)
        why = ""
    except DecodeError as error:
        why = str(error)
    return schema.validate(document), why


def disagreement(seed: int, index: int, schema: etree.XMLSchema) -> str:
    """Return how strict reading and the schema differ on one mutant, empty if they agree."""
    random = Random(f"envelopes/{seed}/{index}")
    data = mutated(random, random.choice(documents()))
    found = verdicts(data, schema)
    if found is None:
        return ""
    valid, why = found
    if valid == (not why):
        return ""
    if valid and is_known(etree.fromstring(data), why):
        return ""
    message = "" if valid else str(schema.error_log[0].message)
    return f"{index}: schema {'accepts' if valid else 'refuses: ' + message[:200]}; strict: {why or 'accepts'}"


def arguments(program: str) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, default=None)
    parser.add_argument("--show", type=int, default=20)
    return parser.parse_args()


def main() -> int:
    """Run what the command line says."""
    given = arguments("python -m fuzz.envelopes")
    several = schemas()
    if not several:
        print("CIMBUS_SCHEMA_PATH names no schema of the Edition 1 envelope")
        return 2
    failed = 0
    for name, schema in several.items():
        for index in range(given.count) if given.only is None else (given.only,):
            if found := disagreement(given.seed, index, schema):
                failed += 1
                if failed <= given.show:
                    print(found)
                if given.only is not None:
                    random = Random(f"envelopes/{given.seed}/{index}")
                    print(mutated(random, random.choice(documents())).decode())
        print(f"{name}: {given.count} envelopes, {failed} disagreements so far")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
