"""What a message is, in one line of text or one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, cast

import orjson

from cimbus.errors import EncodeError
from cimbus.interface.codecs import encode
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import OperationSet
from cimbus.interface.message import Message
from cimbus.interface.model import Cim, spec_of
from cimbus.interface.topic import Topic

_LEAVES: Final = 4
_WIDTH: Final = 48
_OF_REQUEST: Final = frozenset(("StartTime", "EndTime", "Option", "ID"))


def is_typed(message: Message[Any]) -> bool:
    """Return whether the payload is of a registered noun."""
    return isinstance(message.payload, Cim) and not isinstance(message.payload, OperationSet)


def kind_of_payload(message: Message[Any]) -> str:
    """Return ``typed``, ``unknown noun``, or what else a message carries."""
    if is_typed(message):
        return "typed"
    if isinstance(message.payload, XmlElement):
        return "unknown noun"
    if message.payload_area.operation_set is not None:
        return "operation set"
    return "compressed" if message.payload_area.unopened is not None else "no payload"


def noun_name(message: Message[Any]) -> str:
    """Return the name of the payload's noun, empty if there is none."""
    payload: object = message.payload
    return payload.name if isinstance(payload, XmlElement) else "" if payload is None else type(payload).__name__


def summary(message: Message[Any]) -> str:
    """Return what a message carries, in a few words; never empty."""
    words: list[str] = []
    if message.reply_area is not None:
        errors = ", ".join(" ".join(filter(None, (e.code, e.reason or ""))) for e in message.errors)
        words.append(f"{message.result}{f' ({errors})' if errors else ''}")
    area = message.payload_area
    words += [_of_noun(item) for item in area.items]
    if area.operation_set is not None:
        steps = [f"{o.operation_id} {o.verb or ''} {o.noun or ''}".strip() for o in area.operation_set.operations]
        words.append(f"{len(steps)} operations: {', '.join(steps)}")
    if area.unopened is not None:
        words.append(f"Compressed, {len(area.unopened)} characters, not opened")
    if message.request_area is not None and (ids := [i.value for i in message.request_area.ids]):
        words.append(f"ID {', '.join(ids)}")
    return "; ".join(words) or "no payload"


def _of_noun(noun: Cim | XmlElement) -> str:
    name = noun.name if isinstance(noun, XmlElement) else type(noun).__name__
    leaves = _leaves(noun, "")
    told = [f"{path}={_cut(text)}" for path, text in (next(leaves, ("", "")) for _ in range(_LEAVES)) if path]
    more = " ..." if next(leaves, None) else ""
    return f"{name} {_counts(noun)}{' '.join(told)}{more}".strip() if told else f"{name}, nothing in it"


def _counts(noun: Cim | XmlElement) -> str:
    """Return ``3 MeterReading: `` where a noun is a list of several things."""
    if isinstance(noun, XmlElement):
        counts: dict[str, int] = {}
        for child in noun.children:
            counts[child.name] = counts.get(child.name, 0) + 1
    else:
        named = {f.xml: getattr(noun, f.name) for f in spec_of(type(noun)).fields if f.many}
        counts = {name: len(value) for name, value in named.items()}
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count > 1)
    return f"({told}) " if told else ""


def _leaves(value: Cim | XmlElement, path: str) -> Iterator[tuple[str, str]]:
    """Yield the values in a noun, in document order, of each list the first item only."""
    if isinstance(value, XmlElement):
        yield from _leaves_of_element(value, path)
        return
    for field in spec_of(type(value)).fields:
        content = getattr(value, field.name)
        items = cast("list[Any]", content) if field.many else [] if content is None else [content]
        for item in items[:1]:
            below = f"{path}/{field.xml}" if path else field.xml
            if isinstance(item, (Cim, XmlElement)):
                yield from _leaves(item, below)
            else:
                yield below, item.isoformat() if isinstance(item, datetime) else str(getattr(item, "value", item))


def _leaves_of_element(element: XmlElement, path: str) -> Iterator[tuple[str, str]]:
    for name, text in element.attributes.items():
        yield f"{path}@{name.rpartition('}')[2]}", text
    if element.text.strip():
        yield path or element.name, element.text.strip()
    seen: set[str] = set()
    for child in element.children:
        if child.name not in seen:
            seen.add(child.name)
            yield from _leaves_of_element(child, f"{path}/{child.name}" if path else child.name)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."


def as_record(message: Message[Any], topic: Topic) -> dict[str, Any]:
    """Return a message as JSON: where it went, its header, what it carries, what was forgiven."""
    tree, problem = _tree(message)
    header: dict[str, Any] = tree.get("Header") or _bare_header(message, topic)
    request: dict[str, Any] = tree.get("Request") or {}
    payload = tree.get("Payload")
    if message.payload_area.in_request:
        payload = {name: value for name, value in request.items() if name not in _OF_REQUEST}
        request = {name: value for name, value in request.items() if name in _OF_REQUEST}
    made: dict[str, Any] = {
        "topic": str(topic),
        "kind": message.kind.value,
        "header": header,
        "typed": is_typed(message),
        "noun": noun_name(message) or None,
        "summary": summary(message),
        "payload": payload,
        "notes": [{"path": note.path, "text": note.text} for note in message.notes],
    }
    optional = {"request": request, "reply": tree.get("Reply"), "problem": problem}
    return made | {name: value for name, value in optional.items() if value}


def _tree(message: Message[Any]) -> tuple[dict[str, Any], str]:
    """Return a message's JSON tree below the root, and why there is none."""
    try:
        tree: dict[str, dict[str, Any]] = orjson.loads(encode(message, "json"))
    except EncodeError as error:
        return {}, str(error)
    return next(iter(tree.values())), ""


def _bare_header(message: Message[Any], topic: Topic) -> dict[str, Any]:
    header = message.header
    bare = {
        "Verb": header.verb or topic.verb,
        "Noun": header.noun or topic.noun,
        "MessageID": header.message_id,
        "CorrelationID": header.correlation_id,
    }
    return {name: value for name, value in bare.items() if value}
