"""A ``Message`` as an XML document, exactly as Edition 1 wants it."""

from __future__ import annotations

import re
from typing import Any, Final, cast

from cimbus.errors import EncodeError
from cimbus.interface.codecs.beside import by_place
from cimbus.interface.codecs.compression import pack
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import NAMESPACE, MessageType, Payload, Request
from cimbus.interface.message import Message
from cimbus.interface.model import FIRST, Cim, Extension, Extensions, find_noun, noun_of

from .areas import SOAP
from .escape import escape, quote
from .roots import beside_query, parse_root, per_noun_root
from .spelling import sorted_keys, write_attributes
from .writer import lenient_writer, write_any, writer

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FAULT: Final = MessageType.fault
_DECLARED: Final = f" xmlns={quote(NAMESPACE)}"
_NOTHING: Final = Extensions()


def render(message: Message[Any], *, per_noun: bool = False, lenient: bool = False) -> str:
    """Return a message as an XML document.

    Args:
        message: what to write.
        per_noun: write the strongly typed root (``CreatedEndDeviceEvents``) in place of the generic one; of a message
            that was read with such a root, that one.
        lenient: leave out what is mandatory and missing.

    Raises:
        EncodeError: a value has no lexical form, or a mandatory one is missing.

    >>> from cimbus import Header
    >>> print(render(Message(Header(verb="get", noun="MeterReadings"))).splitlines()[1][:60])
    <RequestMessage xmlns="http://iec.ch/TC57/2011/schema/messag
    """
    root, declared, areas = str(message.message_type), _DECLARED, Areas(lenient=lenient)
    if per_noun:
        root, uri = per_noun_name(message)
        if message.origin is not None and message.origin.common:
            declared = f" xmlns={quote(message.origin.common)}"
        declared, areas = f" xmlns:m={quote(uri)}{declared}", Areas("m:", lenient=lenient)
    parts: dict[str, str] = {}  # in the order of the schema's sequence; a FaultMessage has no Header
    extensions = message.extensions
    beside = () if extensions is None else extensions.elements
    # an area comes before an extension of its name, which would be taken for it
    taken = {extension.element.name.lower() for extension in beside} if beside else ()
    if message.message_type is not _FAULT or message.reply_area is None or "header" in taken:
        parts["Header"] = areas.area(message.header, "Header")
    area = message.payload_area
    if message.request_area is not None or (area.in_request and area.items):
        parts["Request"] = areas.request(message.request_area or Request(), area, message.header.noun)
    if message.reply_area is not None:
        parts["Reply"] = areas.area(message.reply_area, "Reply")
    payload = areas.payload(area)
    if payload is not None or "payload" in taken:
        parts["Payload"] = payload or areas.prefixed("<Payload/>")
    tag = f"{areas.prefix}{root}"
    if extensions is None:
        return f"{DECLARATION}<{tag}{declared}>{''.join(parts.values())}</{tag}>"
    if beside:
        places = by_place(beside, parts)
        parts = {
            name: parts.get(name, "") + "".join(map(write_any, places.get(name, ()))) for name in (FIRST, *parts, "")
        }
    attributes = write_attributes(extensions.attributes)
    return f"{DECLARATION}<{tag}{declared}{attributes}>{escape(extensions.text)}{''.join(parts.values())}</{tag}>"


class Areas:
    """Writes the areas of one message.

    Args:
        prefix: of what is in a per-noun namespace, with its colon; empty for a generic root.
        lenient: leave out what is mandatory and missing.

    >>> from cimbus import Header
    >>> Areas().area(Header(verb="get", noun="X"), "Header")
    '<Header><Verb>get</Verb><Noun>X</Noun></Header>'
    """

    def __init__(self, prefix: str = "", *, lenient: bool = False) -> None:
        self.prefix = prefix
        self._lenient = lenient
        self._writer = lenient_writer if lenient else writer

    def area(self, value: Cim, name: str) -> str:
        """Write an area whose children are in the common namespace."""
        return self.prefixed(self._writer(type(value))(value, name))

    def request(self, request: Request, area: Payload, noun: str) -> str:
        """Write the request area, with the query where the schema has its wildcard."""
        behind: tuple[Extension, ...] = ()
        if area.in_request:
            request, behind = beside_query(request, noun)
        text = self._writer(Request)(request, "Request")
        if self.prefix:  # per noun, its children are in the noun's namespace, too, and theirs in the common one
            text = _REQUESTED.sub(rf"\g<1>{self.prefix}", text)
        items = ""
        if area.in_request:
            items = "".join(self.any(each) for each in (*area.items, *(each.element for each in behind)))
        if items:
            text = (
                f"<Request>{items}</Request>"
                if text == "<Request/>"
                else f"{text[: -len('</Request>')]}{items}</Request>"
            )
        return self.prefixed(text)

    def payload(self, area: Payload) -> str | None:
        """Write the payload area; None if there is nothing in it."""
        if area.only_nouns:
            return self.prefixed(f"<Payload>{''.join(map(self.any, area.items))}</Payload>") if area.items else None
        text = ""
        extensions = area.extensions or _NOTHING
        own, inner, _ = sorted_keys(extensions.attributes)
        if area.items and not area.in_request:
            nouns = "".join(map(self.any, area.items))
            if area.was_compressed and len(area.items) > 1:
                raise EncodeError("Compressed holds one document: several nouns cannot be written into it")
            text = (
                self._leaf("Compressed", pack((DECLARATION + nouns).encode()), inner) if area.was_compressed else nouns
            )
        if area.operation_set is not None:
            text += self.prefixed(self._writer(type(area.operation_set))(area.operation_set, "OperationSet"))
        if area.unopened is not None:
            text += self._leaf("Compressed", area.unopened, inner)
        text += "".join(self._writer(type(each))(each, "ID") for each in area.ids)
        if area.format is not None:
            text += self._leaf("Format", area.format, inner)
        if extensions.elements:
            before, behind = (
                "".join(write_any(each.element) for each in extensions.elements if (each.after == FIRST) is first)
                for first in (True, False)
            )
            text = before + text + behind
        text = escape(extensions.text) + text
        return self.prefixed(f"<Payload{write_attributes(own)}>{text}</Payload>") if text or own else None

    def any(self, value: object) -> str:
        """Write a noun."""
        return write_any(value, lenient=self._lenient)

    def prefixed(self, area: str) -> str:
        """Give the outermost element of a text the prefix."""
        if not self.prefix:
            return area
        name = area[1:].split(">", 1)[0].split(" ", 1)[0].rstrip("/")
        body = area[1 + len(name) :]
        if body.endswith("/>") and ">" not in body[:-1]:
            return f"<{self.prefix}{name}{body}"
        return f"<{self.prefix}{name}{body[: -len(name) - 3]}</{self.prefix}{name}>"

    def _leaf(self, name: str, text: str, attributes: dict[str, dict[str, str]]) -> str:
        return f"<{self.prefix}{name}{write_attributes(attributes.get(name, {}))}>{escape(text)}</{self.prefix}{name}>"


_REQUESTED: Final = re.compile(r"(</?)(?=(?:StartTime|EndTime|Option|ID)[\s/>])")


def per_noun_name(message: Message[Any]) -> tuple[str, str]:
    """Return the per-noun root of a message, and the namespace of its schema, ``<base>/{Noun}Message``.

    Raises:
        EncodeError: it has none.

    >>> from cimbus import Header
    >>> per_noun_name(Message(Header(verb="created", noun="EndDeviceEvents")))
    ('CreatedEndDeviceEvents', 'http://iec.ch/TC57/2011/EndDeviceEventsMessage')
    """
    header, origin = message.header, message.origin
    name = None if origin is None else parse_root(origin.root)
    known = origin is not None and name is not None and not name.generic and not _is_reserved(origin.namespace)
    if origin is not None and known and origin.read and (origin.verb, origin.noun) == (header.verb, header.noun):
        return origin.root, origin.namespace
    get = known and origin is not None and origin.root.startswith("Get")
    try:
        root, schema = per_noun_root(message.message_type, header.verb, header.noun, get=get and header.verb == "reply")
    except ValueError as error:
        raise EncodeError(str(error)) from error
    if origin is not None and known:
        base, _, last = origin.namespace.rpartition("/")
        # an answer is in the schema of its request; what a query caused is in that of its noun
        return root, origin.namespace if last == schema or not last.endswith("Message") else f"{base}/{schema}"
    return root, f"{_namespace(message).rpartition('/')[0]}/{schema}"


def _is_reserved(uri: str) -> bool:
    """Return whether a namespace is that of no per-noun schema."""
    return uri in ("", NAMESPACE, *SOAP) or uri.startswith("http://www.w3.org/")


def _namespace(message: Message[Any]) -> str:
    for item in message.payloads:
        if isinstance(item, XmlElement):
            return item.namespace
        extensions = getattr(item, "extensions", None)
        came_in = extensions.attributes.get("xmlns") if extensions is not None else None
        return came_in or noun_of(type(cast("object", item))).namespace
    entry = find_noun(message.header.noun, "")
    return entry.namespace if entry else "http://iec.ch/TC57/2011/Noun#"
