"""How peers write envelopes: a table of dialects, which users extend with their own.

A dialect is data: what differs from Edition 1. It is applied to the XML of a message after that was written. Reading
needs none: every dialect is read as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from lxml import etree

from cimbus.errors import EncodeError, UsageError
from cimbus.interface.envelope import EDITION_2, NAMESPACE, WWW_NAMESPACE

from .xml.escape import quote
from .xml.render import DECLARATION
from .xml.source import Node, local_name, namespace

SOAP_VERSIONS: Final = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
"""The versions of SOAP that a dialect can be wrapped in."""


class EnvelopeDialect(msgspec.Struct, frozen=True, kw_only=True):
    """What a peer's envelopes have that Edition 1 has not.

    Attributes:
        name: how it is called in ``encode(..., dialect=...)`` and ``Bus(dialect=...)``.
        namespace: the envelope's namespace.
        per_noun: whether the root is the strongly typed one (``CreatedEndDeviceEvents``).
        soap: ``"1.1"`` or ``"1.2"`` to put the message into a SOAP body.
        upper_verbs: whether verbs are in upper case.
        lower_camel: whether names of the envelope begin in lower case.
        verbs: other words for verbs, by the standard's (``{"change": "modify"}``).
        names: other names of elements, by their path from the envelope (``{"Reply/Result": "ReplyCode"}``).
        plain: paths of elements that are written as one text.
        required: paths of elements that must be there.
        refused: paths of elements that it is not known how to write.
        known: what is known of it, and what is not.

    >>> from cimbus import Message, encode
    >>> peer = EnvelopeDialect(name="a peer", namespace="urn:peer", upper_verbs=True)
    >>> b"<Verb>DELETE</Verb>" in encode(Message.of(None, verb="delete", noun="X"), dialect=peer)
    True
    """

    name: str
    namespace: str = NAMESPACE
    per_noun: bool = False
    soap: str = ""
    upper_verbs: bool = False
    lower_camel: bool = False
    verbs: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    names: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    plain: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    known: str = ""


_PLAIN_IDS: Final = ("Request/ID", "Reply/ID", "Payload/ID")

DIALECTS: Final[dict[str, EnvelopeDialect]] = {
    each.name: each
    for each in (
        EnvelopeDialect(name="edition-1", known="IEC 61968-100:2013, Message.xsd"),
        EnvelopeDialect(
            name="edition-1-revised",
            required=("Header/Timestamp", "Header/MessageID", "Header/CorrelationID"),
            known="a public copy with three more mandatory header fields, and UUIDs for both ids",
        ),
        EnvelopeDialect(name="per-noun", per_noun=True, known="the strongly typed variant of Edition 1"),
        EnvelopeDialect(
            name="edition-2",
            namespace=EDITION_2,
            refused=("Payload/Compressed", "Payload/OperationSet", "Payload/ID", "Payload/Format"),
            known="IEC 61968-100:2022. Its schema is not public. Known are the namespace, that there may be several "
            "payloads, and that each substitutes an abstract one: its root element is written as in Edition 1. Not "
            "known are the header's fields, how operation sets, compressed payloads and IDs are written, and what a "
            "Transaction holds: one that was read is written as it was.",
        ),
        EnvelopeDialect(
            name="edition-1-www",
            namespace=WWW_NAMESPACE,
            known='the namespace of Edition 1 with "www."',
        ),
        EnvelopeDialect(
            name="draft-2008",
            namespace="http://www.iec.ch/TC57/2008/schema/message",
            upper_verbs=True,
            names={"Reply/Result": "ReplyCode"},
            plain=("Reply/Error", *_PLAIN_IDS),
            known="generated classes and a message: ReplyCode, errors and IDs as texts, verbs in upper case",
        ),
        EnvelopeDialect(
            name="draft-2010",
            namespace="http://www.iec.ch/TC57/2010/schema/message",
            plain=_PLAIN_IDS,
            required=("Header/Context",),
            known="a public schema: IDs as texts, an enumerated Context, Organization mandatory",
        ),
        EnvelopeDialect(
            name="market",
            verbs={"change": "modify"},
            known="the use of Edition 1 in IEC 62325-504 by a transmission operator's kit: modify in place of change",
        ),
        EnvelopeDialect(
            name="lower-camel",
            namespace="http://xmlns.oracle.com/ouaf/iec",
            upper_verbs=True,
            lower_camel=True,
            names={"Payload": "payLoad", "Header/Timestamp": "timeStamp"},
            known="a utilities framework's clone of the envelope",
        ),
    )
}
"""The dialects that there are, by name; add your own with ``DIALECTS[mine.name] = mine``."""


def find_dialect(dialect: str | EnvelopeDialect) -> EnvelopeDialect:
    """Return a dialect by its name.

    Raises:
        UsageError: there is none of that name; the error lists them.

    >>> find_dialect("draft-2008").upper_verbs
    True
    """
    if isinstance(dialect, EnvelopeDialect):
        return dialect
    if dialect not in DIALECTS:
        raise UsageError(f"there is no dialect {dialect!r}; there are {', '.join(DIALECTS)}")
    return DIALECTS[dialect]


def in_dialect(document: str, dialect: EnvelopeDialect) -> str:
    """Return the XML of a message in a dialect.

    Raises:
        EncodeError: the message lacks what the dialect requires, or has what it is not known how to write.

    >>> from cimbus import Message, encode
    >>> document = encode(Message.of(None, verb="delete", noun="X")).decode()
    >>> in_dialect(document, DIALECTS["edition-1"]) == document
    True
    """
    if dialect == EnvelopeDialect(name=dialect.name, known=dialect.known, per_noun=dialect.per_noun):
        return document
    # every element of the envelope is in the default namespace that its root declares
    for uri in (NAMESPACE, WWW_NAMESPACE):
        document = document.replace(f'xmlns="{uri}"', f"xmlns={quote(dialect.namespace)}")
    root = etree.fromstring(document.encode())
    _check(root, dialect)
    _rewrite(root, "", dialect)
    text = str(etree.tostring(root, encoding="unicode"))
    if not dialect.soap:
        return DECLARATION + text
    if dialect.soap not in SOAP_VERSIONS:
        raise EncodeError(f"there is no SOAP {dialect.soap!r}; there are {', '.join(SOAP_VERSIONS)}")
    uri = SOAP_VERSIONS[dialect.soap]
    return f'{DECLARATION}<soap:Envelope xmlns:soap="{uri}"><soap:Body>{text}</soap:Body></soap:Envelope>'


def _check(root: Node, dialect: EnvelopeDialect) -> None:
    for path in dialect.required:
        if not _found(root, path):
            raise EncodeError(f"the dialect {dialect.name} wants {path}, which the message has not")
    for path in dialect.refused:
        if _found(root, path):
            raise EncodeError(f"how the dialect {dialect.name} writes {path} is not public")


def _found(root: Node, path: str) -> list[Node]:
    nodes = [root]
    for name in path.split("/"):
        nodes = [child for node in nodes for child in node if local_name(child) == name]
    return nodes


def _rewrite(node: Node, path: str, dialect: EnvelopeDialect) -> None:
    """Rewrite an element of the envelope and those below it; payloads are left as they are."""
    uri = namespace(node)
    if path and uri != dialect.namespace and uri != namespace(node.getroottree().getroot()):
        return
    for child in node:
        name = local_name(child)
        _rewrite(child, f"{path}/{name}" if path else name, dialect)
    name = dialect.names.get(path) or local_name(node)
    if dialect.lower_camel and path not in dialect.names:
        name = name[:1].lower() + name[1:]
    node.tag = f"{{{uri}}}{name}"
    if path in dialect.plain:
        node.text = " ".join(text.strip() for text in map(str, node.itertext()) if text.strip())
        del node[:]
        node.attrib.clear()
    if path == "Header/Verb":
        verb = dialect.verbs.get(node.text or "", node.text or "")
        node.text = verb.upper() if dialect.upper_verbs else verb
