"""Documents of a given size, each of one shape that could cost a reader more than its size."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable

NAMESPACE = "http://iec.ch/TC57/2011/schema/message"
EVENTS = "http://iec.ch/TC57/2011/EndDeviceEvents#"
HEAD = "<Header><Verb>created</Verb><Noun>EndDeviceEvents</Noun></Header>"
HEADER = {"Verb": "created", "Noun": "EndDeviceEvents"}


def xml(payload: str, head: str = HEAD, before: str = "", attributes: str = "") -> bytes:
    """Return an event message."""
    text = f'<EventMessage xmlns="{NAMESPACE}"{attributes}>{before}{head}<Payload>{payload}</Payload></EventMessage>'
    return text.encode()


def typed(inner: str, attributes: str = "") -> bytes:
    """Return an event message with content in a typed payload."""
    return xml(f'<EndDeviceEvents xmlns="{EVENTS}"{attributes}>{inner}</EndDeviceEvents>')


def unknown(inner: str, attributes: str = "") -> bytes:
    """Return an event message with content in a payload that has no class."""
    return xml(f'<X xmlns="urn:x"{attributes}>{inner}</X>')


def in_event(inner: str) -> bytes:
    """Return an event message with content in one event."""
    return typed(f"<EndDeviceEvent>{inner}</EndDeviceEvent>")


def named(uri: str, name: str, inner: str) -> bytes:
    """Return an event message with a payload in a namespace."""
    return xml(f'<{name} xmlns="{uri}">{inner}</{name}>')


def wrapped(before: str) -> bytes:
    """Return an event message behind other elements in a wrapper."""
    return f"<w>{before}{xml('').decode()}</w>".encode()


def times(size: int, piece: str, room: int = 400) -> str:
    """Return a piece repeated to a size."""
    return piece * max(1, (size - room) // len(piece))


def each(size: int, piece: str, room: int = 400) -> str:
    """Return numbered pieces (``{}`` is the number) of a size together."""
    length = len(piece.format(100_000))
    return "".join(piece.format(number) for number in range(max(1, (size - room) // length)))


def deep(size: int, start: str, end: str, depth: int = 200) -> str:
    """Return many branches of some depth."""
    return times(size, start * depth + end * depth)


def compressed(size: int, inner: str) -> bytes:
    """Return a message whose Compressed payload, opened, is eight times the size."""
    document = f'<X xmlns="urn:x">{times(size * 8, inner)}</X>'
    return xml(f"<Compressed>{base64.b64encode(gzip.compress(document.encode())).decode()}</Compressed>")


XML: dict[str, Callable[[int], bytes]] = {
    "attributes of a class": lambda size: typed("", each(size, ' a{}="1"')),
    "attributes without class": lambda size: unknown("", each(size, ' a{}="1"')),
    "attributes of many elements": lambda size: unknown(times(size, '<a b="" c="" d="" e="" f="" g=""/>')),
    "attributes of many in a class": lambda size: typed(times(size, '<EndDeviceEvent b="" c="" d="" e=""/>')),
    "attributes of leaves": lambda size: in_event(times(size, '<mRID b="" c=""/>')),
    "wide without class": lambda size: unknown(times(size, "<a/>")),
    "wide with texts": lambda size: unknown(times(size, "<a>b</a>")),
    "wide in a class": lambda size: typed(times(size, "<a/>")),
    "wide in a class, other names": lambda size: typed(each(size, "<a{}/>")),
    "wide of a class": lambda size: typed(times(size, "<EndDeviceEvent/>")),
    "repeated leaves of a class": lambda size: in_event(times(size, "<mRID/>")),
    "another case": lambda size: typed(times(size, "<enddeviceevent/>")),
    "deep without class": lambda size: unknown(deep(size, "<a>", "</a>")),
    "deep in a class": lambda size: typed(deep(size, "<a>", "</a>")),
    "deep leaves": lambda size: in_event("<mRID>" + deep(size, "<a>", "</a>") + "</mRID>"),
    "deep wrappers": lambda size: wrapped(deep(size, "<Message>", "</Message>")),
    "too deep": lambda size: unknown("<a>" * (size // 7) + "</a>" * (size // 7)),
    "long names": lambda size: unknown(times(size, f"<{'a' * 900}/>")),
    "long names in a class": lambda size: typed(each(size, f"<{'a' * 900}{{}}/>")),
    "one name": lambda size: unknown(f"<{'a' * (size // 2)}/>"),
    "a long namespace": lambda size: named("u" * (size // 2), "X", times(size // 2, "<a/>")),
    "a long namespace of a class": lambda size: named(
        "u" * (size // 2), "EndDeviceEvents", times(size // 2, "<EndDeviceEvent/>")
    ),
    "a namespace of 900": lambda size: named("u" * 900, "EndDeviceEvents", times(size, "<EndDeviceEvent/>")),
    "a namespace of 900 without class": lambda size: named("u" * 900, "X", times(size, "<a/>")),
    "a long namespace of the envelope": lambda size: (
        '<Message xmlns="' + "u" * (size // 2) + '">' + HEAD + times(size // 2, "<a/>") + "</Message>"
    ).encode(),
    "namespaces of their own": lambda size: unknown(each(size, '<a xmlns="urn:{}"/>')),
    "namespaces of their own in a class": lambda size: typed(each(size, '<a xmlns="urn:{}"/>')),
    "namespaces within each other": lambda size: unknown(
        times(size, "".join(f'<a xmlns="urn:{i}">' for i in range(60)) + "</a>" * 60)
    ),
    "prefixes": lambda size: unknown(times(size // 2, "<a/>"), each(size // 2, ' xmlns:p{}="u"')),
    "60 prefixes": lambda size: unknown(times(size, "<a/>"), each(900, ' xmlns:p{}="u"')),
    "60 prefixes around kept elements": lambda size: typed(times(size, "<a/>"), each(900, ' xmlns:p{}="u"')),
    "prefixes of many elements": lambda size: unknown(times(size, '<a xmlns:p="u" xmlns:q="v" p:b=""/>')),
    "escapes": lambda size: unknown(times(size, "&lt;&amp;&#65;")),
    "escaped documents": lambda size: xml("", before=times(size, "<a>&lt;Header/></a>"), head=""),
    "an escaped document": lambda size: ("<w><a>" + times(size, "&lt;Header/>") + "</a></w>").encode(),
    "an escaped payload": lambda size: xml(times(size, "&lt;a/&gt;")),
    "comments": lambda size: unknown(times(size, "<!---->")),
    "instructions": lambda size: unknown(times(size, "<?a?>")),
    "sections": lambda size: unknown(times(size, "<![CDATA[a]]>")),
    "mixed content": lambda size: unknown(times(size, "a<b/>")),
    "mixed content in a class": lambda size: typed(times(size, "a<EndDeviceEvent>b</EndDeviceEvent>")),
    "comments before": lambda size: (times(size, "<!---->") + xml("").decode()).encode(),
    "open comments": lambda size: times(size, "<!-- ").encode(),
    "open instructions": lambda size: times(size, "<?a ").encode(),
    "open tags": lambda size: times(size, "<a ").encode(),
    "open attributes": lambda size: (times(size // 2, "<a b='") + times(size // 2, "xmlns  ")).encode(),
    "blanks": lambda size: b"<" + b" " * size,
    "headers": lambda size: wrapped(times(size, "<Header/><header/>")),
    "headers within each other": lambda size: wrapped(deep(size, "<Header>", "</Header>")),
    "replies": lambda size: wrapped(times(size, "<Reply><Result/></Reply>")),
    "envelopes within each other": lambda size: (
        "<EventMessage><Payload>" * 100 + times(size, "<a/>") + HEAD + "</Payload></EventMessage>" * 100
    ).encode(),
    "properties": lambda size: xml("", head=HEAD[:-9] + times(size, "<Property><Name/></Property>") + "</Header>"),
    "vendor elements in a header": lambda size: xml("", head=HEAD[:-9] + times(size, '<v xmlns="u"/>') + "</Header>"),
    "a long text in a header": lambda size: xml("", head=HEAD[:-9] + f"<Comment>{'x' * size}</Comment></Header>"),
    "IDs": lambda size: xml(times(size, "<ID/>")),
    "Formats": lambda size: xml(times(size, "<Format/>")),
    "Compressed": lambda size: xml(times(size, "<Compressed/>")),
    "areas": lambda size: xml("").replace(b"</EventMessage>", (times(size, "<Payload/>") + "</EventMessage>").encode()),
    "operations": lambda size: xml(f"<OperationSet>{times(size, '<Operation><X/></Operation>')}</OperationSet>"),
    "names in an operation": lambda size: xml(
        f"<OperationSet><Operation>{each(size, '<a{}/>')}</Operation></OperationSet>"
    ),
    "arrays of errors": lambda size: xml("", before=f"<Reply><Error>{times(size, '<ErrorType/>')}</Error></Reply>"),
    "many arrays": lambda size: xml("", before=f"<Reply>{times(size, '<Error><Error/></Error>')}</Reply>"),
    "reply codes": lambda size: xml("", before=f"<Reply>{times(size, '<ReplyCode>2.4</ReplyCode>')}</Reply>"),
    "two namespaces": lambda size: typed(times(size, '<EndDeviceEvent/><EndDeviceEvent xmlns=""/>')),
    "many packages": lambda size: named(
        "urn:p", "EndDeviceEvents", each(size, '<EndDeviceEvent xmlns="urn:{}"><mRID/></EndDeviceEvent>')
    ),
    "another structure": lambda size: named(EVENTS, "EndDeviceEvents", times(size, "<Row><a/></Row>")),
    "another namespace": lambda size: named("urn:v", "EndDeviceEvents", times(size, "<EndDeviceEvent/>")),
    "children out of order": lambda size: in_event(times(size, "<Names/><reason/>")),
    "objects out of order": lambda size: typed(
        times(size, "<EndDeviceEvent><reason>a</reason><mRID>b</mRID></EndDeviceEvent>")
    ),
    "spelled values": lambda size: typed(
        times(size, "<EndDeviceEvent><createdDateTime>2026-03-01T12:00:00</createdDateTime></EndDeviceEvent>")
    ),
    "elements beside": lambda size: wrapped(times(size, "<a/>b")),
    "messages beside": lambda size: wrapped(times(size, xml("").decode())),
    "elements around": lambda size: (
        "<w>" * 200 + times(size // 2, "<a/>") + xml("").decode() + times(size // 2, "<a/>") + "</w>" * 200
    ).encode(),
    "documents behind each other": lambda size: times(size, xml("").decode()).encode(),
    "text behind elements": lambda size: typed(times(size, "<EndDeviceEvent/>a")),
    "text in lines": lambda size: typed(times(size, "<EndDeviceEvent/>\na")),
    "wrong times": lambda size: typed(
        times(size, "<EndDeviceEvent><createdDateTime>x</createdDateTime></EndDeviceEvent>")
    ),
    "a long wrong time": lambda size: in_event("<createdDateTime>" + "1" * size + "</createdDateTime>"),
    "nil": lambda size: typed(
        times(size, '<EndDeviceEvent><mRID i:nil="true"/></EndDeviceEvent>'),
        ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"',
    ),
    "a text": lambda size: unknown("x" * size),
    "base64": lambda size: xml(f"<Compressed>{'QUJD' * (size // 4)}</Compressed>"),
    "blank base64": lambda size: xml(f"<Compressed>{'Q ' * (size // 2)}</Compressed>"),
    "compressed elements": lambda size: compressed(size, "<a/>"),
    "compressed texts": lambda size: compressed(size, "<a>0123456789</a>"),
    "compressed attributes": lambda size: compressed(size, "<a b='' c='' d=''/>"),
    "a compressed text": lambda size: compressed(size, "0123456789"),
    "UTF-16": lambda size: unknown(times(size // 2, "<a/>")).decode().encode("utf-16"),
    "SOAP faults": lambda size: (
        '<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">' + times(size, "<a>b</a>") + "</s:Fault>"
    ).encode(),
}


def tree(payload: object, **areas: object) -> bytes:
    """Return an event message in JSON."""
    return json.dumps({"EventMessage": {"Header": HEADER, **areas, "Payload": payload}}, separators=(",", ":")).encode()


def content(text: str, head: str = '"Verb":"created","Noun":"X"') -> bytes:
    """Return an event message in JSON with a payload of this text."""
    return f'{{"EventMessage":{{"Header":{{{head}}},"Payload":{{"X":{text}}}}}}}'.encode()


def in_x(value: str) -> bytes:
    """Return an event message in JSON with one value in an unknown payload."""
    return content('{"x":' + value + "}")


def listed(size: int, piece: str) -> str:
    """Return a JSON array of a piece."""
    return f"[{times(size, piece + ',').rstrip(',')}]"


def extended(size: int, piece: str, cls: str = "EndDeviceEvents") -> bytes:
    """Return a message with extensions of a typed payload."""
    text = each(size, piece + ",").rstrip(",")
    return content(f'{{"#extensions":{{"elements":[{text}]}}}}').replace(b'"X":{', f'"{cls}":{{'.encode())


JSON: dict[str, Callable[[int], bytes]] = {
    "arrays in arrays": lambda size: content('{"x":' + "[" * (size // 2) + "1" + "]" * (size // 2) + "}"),
    "arrays in an array": lambda size: in_x(listed(size, "[[1]]")),
    "arrays of some depth": lambda size: in_x(listed(size, "[" * 200 + "1" + "]" * 200)),
    "numbers": lambda size: in_x(listed(size, "1")),
    "objects": lambda size: in_x(listed(size, "{}")),
    "objects with members": lambda size: in_x(listed(size, '{"a":1}')),
    "members": lambda size: content("{" + each(size, '"a{}":1,').rstrip(",") + "}"),
    "members of a class": lambda size: content("{" + each(size, '"a{}":1,').rstrip(",") + "}").replace(
        b'"X":{', b'"EndDeviceEvents":{'
    ),
    "empty items of a class": lambda size: tree({"EndDeviceEvents": {"EndDeviceEvent": [{}] * (size // 3)}}),
    "attributes": lambda size: content("{" + each(size, '"@a{}":1,').rstrip(",") + "}"),
    "prefixes": lambda size: content("{" + each(size, '"@xmlns:a{}":"u",').rstrip(",") + "}"),
    "60 prefixes": lambda size: content("{" + each(900, '"@xmlns:p{}":"u",') + '"x":' + listed(size, "1") + "}"),
    "namespaces within each other": lambda size: content(
        listed(size, "".join(f'{{"@xmlns":"urn:{i}","a":' for i in range(60)) + "1" + "}" * 60)
    ),
    "a long namespace": lambda size: content(
        '{"@xmlns":"' + "u" * (size // 2) + '","a":' + listed(size // 2, "1") + "}"
    ),
    "a namespace of 900": lambda size: content('{"@xmlns":"' + "u" * 900 + '","a":' + listed(size, "1") + "}"),
    "deep": lambda size: content(listed(size, '{"a":' * 200 + "1" + "}" * 200)),
    "too deep": lambda size: content('{"a":' * (size // 6) + "1" + "}" * (size // 6)),
    "texts": lambda size: content('{"#children":' + listed(size, '"a"') + "}"),
    "texts and children": lambda size: content('{"#children":' + listed(size, '"a",{"b":1}') + "}"),
    "extensions": lambda size: extended(size, '{{"element":{{"e{}":"1"}},"after":"EndDeviceEvent"}}'),
    "extensions before": lambda size: extended(size, '{{"element":{{"e{}":"1"}},"after":"^"}}'),
    "extensions behind each other": lambda size: extended(size, '{{"element":{{"e{0}":"1"}},"after":"e{0}"}}'),
    "extensions of no class": lambda size: extended(size, '{{"element":{{"e{}":"1"}},"after":"a"}}', "X"),
    "attributes of leaves": lambda size: content(
        '{"a":1,"b":1,"#extensions":{"attributes":{' + each(size, '"b@a{}":1,').rstrip(",") + "}}}"
    ),
    "properties": lambda size: content("1", f'"Verb":"created","Noun":"X","Property":{listed(size, "{}")}'),
    "vendor members of a header": lambda size: content(
        "1", '"Verb":"created","Noun":"X",' + each(size, '"v{}":1,')[:-1]
    ),
    "headers within each other": lambda size: ('{"header":' * (size // 11) + "1" + "}" * (size // 11)).encode(),
    "headers beside each other": lambda size: (
        '{"a":{' + each(size, '"header{}":{{}},') + '"Header":{"Verb":"get","Noun":"X"}}}'
    ).encode(),
    "headers in members": lambda size: (
        '{"a":{' + each(size, '"h{}":{{"header":{{}}}},') + '"Header":{"Verb":"get","Noun":"X"}}}'
    ).encode(),
    "open headers": lambda size: times(size, '{"Header":').encode(),
    "a header at the end": lambda size: (
        '{"a":' + listed(size, '"header"') + ',"Message":{"Header":{"Verb":"get","Noun":"X"}}}'
    ).encode(),
    "escapes": lambda size: content('"' + times(size, "\\u0041\\n") + '"'),
    "a text": lambda size: content(f'"{"x" * size}"'),
    "documents": lambda size: ('{"a":{"b":' + listed(size, '"<a/>"') + "}}").encode(),
    "a document": lambda size: json.dumps({"a": "<w>" + times(size // 2, "<b/>") + "</w>"}).encode(),
    "a long number": lambda size: content("1" * size),
    "numbers of 4 000 digits": lambda size: content(listed(size, "1" * 4_000)),
    "long exponents": lambda size: content(f"1e{'9' * size}"),
    "areas": lambda size: tree({}, Foo=[{}] * (size // 3)),
    "operations": lambda size: tree({"OperationSet": {"Operation": [{"operationId": 1, "X": {}}] * (size // 28)}}),
    "blanks": lambda size: b"{" + b" " * size,
    "prefixed members": lambda size: content("{" + each(size, '"p:a{}":1,').rstrip(",") + "}"),
    "prefixes within each other": lambda size: content(
        listed(size, "".join(f'{{"@xmlns:p{i}":"urn:{i}","p{i}:a":' for i in range(40)) + "1" + "}" * 40)
    ),
    "attributes of serializers": lambda size: content(listed(size, '{"$":{"a":1},"_":"b"}')),
    "texts that look like keys": lambda size: in_x(listed(size, '"_a:"')),
    "open keys": lambda size: times(size, '"_').encode(),
    "a noun as a list": lambda size: tree({"EndDeviceEvents": [{"mRID": "1"}] * (size // 14)}),
    "messages": lambda size: b"[" + b",".join([tree({})] * (size // 80)) + b"]",
    "messages behind each other": lambda size: tree({}) * (size // 80),
    "lists in lists": lambda size: b'{"a":' + listed(size, '[{"b":[]}]').encode() + b"}",
    "says": lambda size: content(
        '{"#extensions":{"attributes":{' + each(size, '"a{}@xmlns":"u",').rstrip(",") + "}}}"
    ).replace(b'"X":{', b'"EndDeviceEvents":{'),
}
