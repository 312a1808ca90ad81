"""Well-formed messages to begin with: of every registered noun, in every kind of envelope, in several spellings."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from random import Random
from typing import Any, Final

from cimbus.interface import envelope
from cimbus.interface.codecs import encode
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import EDITION_2, NAMESPACE, Operation, OperationSet
from cimbus.interface.message import Message
from cimbus.interface.model import FieldSpec, Noun, all_nouns, spec_of, substitutes_of

from .values import START, text_of, value_of

_SOAP: Final = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>%s</s:Body></s:Envelope>',
    (
        '<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Header><w:Security xmlns:w="urn:w" '
        'env:mustUnderstand="1"><w:Token Id="t-1">abc</w:Token></w:Security></env:Header>\n<env:Body wsu:Id="b-1" '
        'xmlns:wsu="urn:wsu">%s</env:Body></env:Envelope>'
    ),
)
_DEPTH: Final = 4
"""Levels of a noun that are filled: classes may contain themselves."""


OURS: Final = "cimbus.nouns"
"""The module of our nouns."""


def nouns_of(module: str) -> list[Noun]:
    """Return the nouns that are declared in a module or package.

    >>> "MeterReadings" in [noun.name for noun in nouns_of("cimbus.nouns")]
    True
    """
    importlib.import_module(module)
    return [noun for noun in all_nouns() if f"{noun.cls.__module__}.".startswith(f"{module}.")]


def document(random: Random, nouns: Sequence[Noun] = ()) -> bytes:
    """Return a message, most of them ones that are read without a note.

    Args:
        random: which one.
        nouns: what it is about; by default, our nouns.

    >>> document(Random("1")).count(b"Header>")
    2
    """
    message = message_of(random, nouns or nouns_of(OURS))
    text = encode(message, per_noun=random.random() < 0.15 and message.message_type != "Message").decode()
    if random.random() < 0.3:
        text = _with_prefix(text)
    if random.random() < 0.2:
        text = text.partition("?>\n")[2]
    if random.random() < 0.2:
        declaration, mark, rest = text.partition("?>\n")
        text = random.choice(_SOAP) % (rest if mark else declaration)
    if random.random() < 0.3:
        text = text.replace("><", ">\n  <")
    return text.encode()


def message_of(random: Random, nouns: Sequence[Noun]) -> Message[Any]:
    """Return a message about one of the nouns, in some kind of envelope.

    >>> message_of(Random("1"), nouns_of("cimbus.nouns")).header.verb != ""
    True
    """
    kind = random.randrange(10)
    entry = random.choice([noun for noun in nouns if noun.query == (kind == 0)] or nouns)
    header = _header(random)
    if kind == 0:
        return Message.of(_noun(random, entry), **header)
    if kind == 1:
        steps = tuple(
            Operation(operation_id=number, noun=entry.name, verb="create", payload=_noun(random, entry))
            for number in range(random.choice((1, 2)))
        )
        return Message.of(OperationSet(enforce_msg_sequence=True, operations=steps), **header)
    if kind == 2:
        return Message.of(untyped(random, 3), **header)
    if kind == 3:
        request = Message.of(None, verb="get", noun=entry.header, **header)
        payload = _noun(random, entry) if random.random() < 0.7 else None
        return request.reply(payload, errors=_errors(random))
    if kind == 4:
        return Message.of(None, verb="delete", noun=entry.header, request=_object("Request", random), **header)
    verb = random.choice(("created", "changed", "create"))
    return Message.of(_noun(random, entry), verb=verb, **header)


def _header(random: Random) -> dict[str, Any]:
    given = _object("Header", random)
    left_out = ("verb", "noun", "extensions")
    values = {name: getattr(given, name) for name in given.__struct_fields__ if name not in left_out}
    # a message would fill these in with the present time, and another UUID each time
    return {**values, "timestamp": given.timestamp or START, "message_id": given.message_id or "m-1"}


def _errors(random: Random) -> tuple[Any, ...]:
    return tuple(_object("Error", random) for _ in range(random.choice((0, 1, 2))))


def _object(name: str, random: Random) -> Any:
    return object_of(getattr(envelope, name), random, _DEPTH)


def _noun(random: Random, entry: Noun) -> Any:
    return object_of(entry.cls, random, random.choice((2, 3, _DEPTH)))


def object_of(cls: type[Any], random: Random, depth: int) -> Any:
    """Return an object of a declared class, with what is mandatory and some of the rest.

    >>> from cimbus.nouns import Name
    >>> type(object_of(Name, Random("1"), 2).name)
    <class 'str'>
    """
    spec = spec_of(cls)
    often = random.choice((0.15, 0.4, 0.6))
    left_out: set[str] = set()
    for choice in spec.choices:
        if not choice.repeated:
            left_out |= {*choice.names} - {*random.choice(choice.alternatives)}
    values: dict[str, Any] = {}
    for field in spec.fields:
        if field.kind == "any" or field.xml in left_out:
            continue
        if field.required or field.place == "text" or (depth > 0 and random.random() < often):
            values[field.name] = _values(field, random, depth)
    return cls(**values)


def _values(field: FieldSpec, random: Random, depth: int) -> Any:
    def one() -> Any:
        if field.kind == "class" and field.type is not None:
            return object_of(random.choice((field.type, *substitutes_of(field.type).values())), random, depth - 1)
        if field.place != "element" and field.kind == "string":
            return text_of(random)
        return value_of(field, random)

    if not field.many:
        return one()
    items = [one() for _ in range(random.choice((1, 1, 2, 3) if depth > 1 else (1,)))]
    return tuple(items) if field.frozen else items


def untyped(random: Random, depth: int) -> XmlElement:
    """Return an element that no class describes.

    >>> untyped(Random("1"), 0).namespace
    'urn:example:outage#'
    """
    children = [untyped(random, depth - 1) for _ in range(random.choice((0, 1, 2, 3)))] if depth > 0 else []
    attributes = {name: text_of(random) for name in ("id", "{urn:example:a}kind") if random.random() < 0.3}
    uri = "urn:example:outage#" if random.random() < 0.9 else "http://example.org/other#"
    name = random.choice(("Outage", "cause", "Work.kind", "_x"))
    if random.random() < 0.05:  # what stands in a payload area in place of a noun
        name, uri = random.choice(("Transaction", "AbstractPayload")), random.choice((EDITION_2, NAMESPACE))
    return XmlElement(name, uri, attributes=attributes, children=children, text="" if children else text_of(random))


def _with_prefix(text: str) -> str:
    """Give the elements of the envelope and of the noun a prefix, as most peers do."""
    start = text.find(f' xmlns="{NAMESPACE}"')
    end = text.rfind("<Payload>")
    if start < 0 or end < 0 or "<Reply" in text or "<Request" in text:
        return text
    head, rest = text[:end], text[end:]
    head = head.replace(" xmlns=", " xmlns:m=", 1).replace("</", "\0").replace("<", "<m:").replace("\0", "</m:")
    head = head.replace("<m:?xml", "<?xml")
    root = head[head.rfind("<m:", 0, head.find(" xmlns:m=")) + 3 : head.find(" xmlns:m=")]
    return head + rest.replace("Payload>", "m:Payload>").replace(f"</{root}>", f"</m:{root}>").replace("</m:m:", "</m:")
