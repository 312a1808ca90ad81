"""The standard's own rules about messages, which its schema does not check.

IEC 61968-100 Ed. 1, clauses 5 and 6, as implementers read them: which verb goes with which envelope, which area a
message has, how codes and addresses look. A message that breaks one is a message all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from .decode_note import DecodeNote
from .envelope import VERBS, MessageType
from .message_content import MessageContent
from .notation import is_local

_EVENTS: Final = frozenset({"canceled", "changed", "closed", "created", "deleted", "executed"})
_CODE: Final = re.compile(r"\d+\.\d+")
_ADDRESS: Final = re.compile(r"(?:topic|queue|https?):.+", re.DOTALL)


def advice_of(message: MessageContent[Any]) -> tuple[DecodeNote, ...]:
    """Return which of the standard's rules a message breaks; none of them is the schema's.

    >>> from cimbus import Message
    >>> print(*advice_of(Message.of(None, verb="modify", noun="EndDeviceControls")))
    RequestMessage/Header/Verb: 'modify' is not one of the standard's verbs
    """
    origin = message.origin
    root = message.message_type.value if origin is None or not origin.read else origin.root
    rules = (_verb, _areas, _reply, _header)
    return tuple(DecodeNote(f"{root}{path}", text) for rule in rules for path, text in rule(message))


def _verb(message: MessageContent[Any]) -> Iterator[tuple[str, str]]:
    verb, kind = message.header.verb, message.message_type
    if kind is MessageType.fault:
        return
    if verb not in VERBS:
        yield "/Header/Verb", f"{verb!r} is not one of the standard's verbs"
        return
    fits = {
        MessageType.event: verb in _EVENTS,
        MessageType.response: verb == "reply",
        MessageType.request: verb not in _EVENTS and verb != "reply",
    }
    if not fits.get(kind, True):
        yield "/Header", f"verb {verb!r} in {kind}"
    origin = message.origin
    if origin is not None and origin.read and origin.root_verb not in ("", verb):
        yield "/Header", f"verb {verb!r} in a <{origin.root}>"
    if message.payload_area.operation_set is not None and verb not in ("execute", "executed", "reply"):
        yield "/Header", f"an OperationSet with the verb {verb!r}: execute and executed are its verbs"


def _areas(message: MessageContent[Any]) -> Iterator[tuple[str, str]]:
    verb, area = message.header.verb, message.payload_area
    carries = area.items or area.operation_set or area.unopened or area.ids
    if verb == "get" and carries and not area.in_request:
        yield "/Payload", "a get has no payload"
    if verb in ("create", "execute") and not carries:
        yield "", f"a {verb} without a payload"
    ids = (message.request_area.ids if message.request_area is not None else ()) or area.ids
    if verb in ("cancel", "close", "delete") and not ids and not carries:
        yield "", f"a {verb} that names no object: Request/ID says which"
    if message.message_type is MessageType.event and not carries:
        yield "", "an event without a payload"


def _reply(message: MessageContent[Any]) -> Iterator[tuple[str, str]]:
    reply = message.reply_area
    if reply is None:
        return
    codes = [error.code or "" for error in reply.errors]
    for index, code in enumerate(codes, 1):
        if not _CODE.fullmatch(code):
            place = f"[{index}]" if len(codes) > 1 else ""
            yield f"/Reply/Error{place}/code", f"{code!r} is not a code such as 2.4"
    failed = any(_CODE.fullmatch(code) and not code.startswith("0.") for code in codes)
    if failed and reply.result == "OK":
        yield "/Reply", "result OK with the code of an error"
    if codes and not failed and reply.result == "FAILED" and all(map(_CODE.fullmatch, codes)):
        yield "/Reply", "result FAILED, and no code of an error"
    if message.message_type is MessageType.response and not message.header.correlation_id:
        yield "/Header", "a reply without CorrelationID"


def _header(message: MessageContent[Any]) -> Iterator[tuple[str, str]]:
    header = message.header
    address = header.reply_address
    if address is not None and not _ADDRESS.fullmatch(address.strip()):
        yield "/Header/ReplyAddress", f"{address[:60]!r} is neither topic:, queue: nor an http(s) URL"
    if header.async_reply_flag and not address:
        yield "/Header", "AsyncReplyFlag without a ReplyAddress"
    if isinstance(header.timestamp, datetime) and is_local(header.timestamp):
        yield "/Header/Timestamp", "a time without a zone"
