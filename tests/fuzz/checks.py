"""What holds for every input of a parser; the guard of the codecs is taken away, so that causes are found.

Each check takes an input and raises what it finds: an exception that is not ours, or an ``AssertionError``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from random import Random
from typing import Any

import cimbus
from cimbus import CimbusError, Message, MessageType, XmlElement
from cimbus.errors import DecodeError, EncodeError
from cimbus.interface.codecs import rewrite_header
from cimbus.interface.codecs.compression import unpack
from cimbus.interface.codecs.guard import GUARD
from cimbus.interface.model import Extension, Extensions
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.naming import PATH_NAMING, Naming
from cimbus.nouns.keys import key_of
from cimbus_jms.destinations import JMS_NAMING, JMS_SYNTAX
from cimbus_kafka.naming import KAFKA_NAMING, KAFKA_SYNTAX
from cimbus_mqtt.subscription import MQTT_NAMING, MQTT_SYNTAX

from . import bases, encoding, mutators
from .deliveries import DELIVERIES
from .wires import WIRES


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the guard away."""
    GUARD.exposed = True
    try:
        yield
    finally:
        GUARD.exposed = False


def opened(data: bytes, *, strict: bool = False) -> Message[Any] | None:
    """Decode a message and all in it; None if it is refused."""
    try:
        message = cimbus.decode(data, strict=strict)
        _ = message.payload, message.notes, message.kind, repr(message), key_of(message.payload)
    except CimbusError:
        return None
    return message


def document(data: bytes) -> None:
    """Check everything that can be done with the octets of a message."""
    message = opened(data)
    opened(data, strict=True)
    head(data)
    if message is None:
        return
    for form in ("xml", "json"):
        with suppress(EncodeError):
            again(message, cimbus.encode(message, form))  # type: ignore[arg-type]
    with suppress(EncodeError):
        assert opened(cimbus.encode(message, per_noun=True)) is not None, "per noun: written, and not read"


def again(message: Message[Any], written: bytes) -> None:
    """Check that what was read and written is read as the same."""
    try:
        read = cimbus.decode(written)
        _ = read.payload
    except CimbusError as error:
        raise AssertionError(f"written, and not read, {error}: {written[:2000]!r}") from error
    if message.message_type is MessageType.fault and read.header != message.header:
        read = Message(
            message.header,
            message_type=read.message_type,
            reply=read.reply_area,
            payload=read.payload_area,
            request=read.request_area,
            extensions=read.extensions,
        )  # a FaultMessage has no header
    if read != message:
        found = difference(_parts(message), _parts(read), "")
        assert not found, f"read, written and read: {found}: {written[:3000]!r}"


def _sorted(extensions: Extensions) -> Extensions:
    def key(extension: Extension) -> tuple[str, str]:
        return extension.element.name, extension.element.namespace

    return Extensions(elements=tuple(sorted(extensions.elements, key=key)), attributes=extensions.attributes)


def _parts(message: Message[Any]) -> tuple[Any, ...]:
    """Return the areas; what stands beside them sorted by name, since JSON keeps the order for each name only."""
    beside = () if message.extensions is None else message.extensions.elements
    return (*message._parts()[:-1], tuple(sorted((each.element for each in beside), key=lambda element: element.name)))


def difference(one: Any, other: Any, path: str) -> str:
    """Return the first place where two values differ, empty where none does; NaN is equal to itself."""
    if one == other or (isinstance(one, Decimal) and isinstance(other, Decimal) and one.is_nan() and other.is_nan()):
        return ""
    if type(one) is type(other):
        names = getattr(one, "__struct_fields__", ()) or (XmlElement.__slots__ if isinstance(one, XmlElement) else ())
        if isinstance(one, Extensions):  # what goes to the schema's wildcard passes what stays behind a child
            one, other = _sorted(one), _sorted(other)
        for name in names:
            # no place means the schema's: where that is between others, reading names the child before it
            if name == "after" and "" in (one.after, other.after):
                continue
            if name != "prefixes" and (found := difference(getattr(one, name), getattr(other, name), f"{path}.{name}")):
                return found
        if names:
            return ""
        if isinstance(one, list | tuple) and len(one) == len(other):
            pairs = enumerate(zip(one, other, strict=True))
            return next((found for i, (a, b) in pairs if (found := difference(a, b, f"{path}[{i}]"))), "")
    return f"{path}: {one!r} became {other!r}"


def head(data: bytes) -> None:
    """Check that the three readers of a header see one header."""
    try:
        full = cimbus.decode(data).header
    except CimbusError:
        full = None
    try:
        alone = cimbus.decode_header(data)
    except CimbusError:
        assert full is None, "decode reads it, decode_header does not"
        alone = None
    assert full is None or alone == full, f"decode: {full}, decode_header: {alone}"
    try:
        new = rewrite_header(data, correlation_id="rewritten", reply_address="topic:rewritten", source=None)
    except CimbusError:
        return
    assert (changed := cimbus.decode_header(new)).correlation_id == "rewritten"
    assert changed.reply_address == "topic:rewritten"
    assert changed.source is None or not changed.source.strip()
    if alone is not None:
        assert (changed.verb, changed.noun, changed.message_id) == (alone.verb, alone.noun, alone.message_id)
    if full is not None:
        assert cimbus.decode(new).header == changed, "decode reads another header of what was rewritten"


def xml(random: Random) -> bytes:
    """Return a damaged XML document."""
    data = random.choice(bases.xml())
    return (
        mutators.encoded(random, mutators.octets(random, data)) if random.random() < 0.4 else mutators.xml(random, data)
    )


def jsons(random: Random) -> bytes:
    """Return a damaged JSON document."""
    data = random.choice(bases.jsons())
    return mutators.octets(random, data) if random.random() < 0.4 else mutators.jsons(random, data)


def headed(random: Random) -> bytes:
    """Return a document, XML or JSON, that is damaged in or near its header."""
    data = random.choice(bases.xml() if random.random() < 0.6 else bases.jsons())
    low = data.lower()
    start = max(0, low.find(b"header") - random.choice((1, 20, 200)))
    end = max(start, low.rfind(b"header")) + random.choice((0, 10, 40))
    piece = data[start:end]
    for _ in range(random.choice((1, 1, 2, 3))):
        if random.random() < 0.5:
            piece = mutators.octets(random, piece)
            continue
        words = random.choice((piece.split(b"<"), piece.split(b",")))
        words.insert(random.randrange(len(words) + 1), random.choice(words))
        piece = (b"<" if b"<" in piece else b",").join(words)
    whole = data[:start] + piece + data[end:]
    return mutators.xml(random, whole) if random.random() < 0.2 else whole


def packed(random: Random) -> str:
    """Return a text for Compressed."""
    return mutators.compressed(random, random.choice(bases.xml()))


def compressed(text: str) -> None:
    """Check a Compressed text, alone and in a message."""
    with suppress(DecodeError):
        assert len(unpack(text, 1 << 20)) <= 1 << 20
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "replace")
    document(
        b"<Message><Header><Verb>created</Verb><Noun>X</Noun></Header><Payload><Compressed>%s</Compressed></Payload>"
        b"</Message>" % escaped
    )


NAMINGS = [
    PATH_NAMING,
    MQTT_NAMING,
    KAFKA_NAMING,
    JMS_NAMING,
    Naming("utility/{kind}/{noun}/{verb}", MQTT_SYNTAX),
    Naming("{context}.{kind}.{noun}.{verb}.{key}", KAFKA_SYNTAX),
    Naming("{CONTEXT}.{KIND}.{NOUN}.{VERB}.{key}", JMS_SYNTAX),
]
PARTS = [
    "",
    "/",
    ".",
    "%",
    "_",
    "%2F",
    "%ED%A0%80",
    "%C3",
    "_ED_A0_80",
    "__",
    "%%",
    "+",
    "#",
    "*",
    ">",
    "$",
    "\0",
    "\ud800",
    "production",
    "events",
    "EndDeviceEvents",
    "created",
    "x" * 300,
    "x" * 40_000,
    "é" * 400,
    "İ",
    "ß",
    "topic:",
    "\n",
]
FIELDS = ("Context", "Noun", "Verb", "Key", "Source", "Kind")

Names = tuple[Naming, str, dict[str, str], tuple[str, ...]]


def names(random: Random) -> Names:
    """Return a naming, an address, properties, and the levels of a topic."""
    naming = random.choice(NAMINGS)

    def word() -> str:
        return "".join(random.choice(PARTS) for _ in range(random.choice((1, 1, 2, 3))))

    address = "".join(random.choice(PARTS) for _ in range(random.randrange(12)))
    if random.random() < 0.6:
        words = ["production", "events", "EndDeviceEvents", "created", "k"]
        words[random.randrange(5)] = word()
        address = naming.syntax.separator.join(words[: random.choice((3, 4, 5, 5, 5))])
    given = {field: word() for field in FIELDS if random.random() < 0.4}
    return naming, address, given, tuple(word() for _ in range(5))


def naming(given: Names) -> None:
    """Check that a naming raises nothing but ``ValueError``, and that what it writes can be read."""
    naming, address, properties, levels = given
    for read in (naming.topic, naming.destination):
        with suppress(ValueError):
            topic = read(address, properties)
            assert all(isinstance(level, str) for level in topic.levels)
    pattern = Pattern(*(level or None for level in levels))
    with suppress(ValueError):
        assert isinstance(naming.filter(pattern), str)
    assert isinstance(naming.regex(pattern), str)
    try:
        topic = Topic(levels[0].lower(), "events", levels[2], levels[3], levels[4])
        written = naming.address(topic)
    except ValueError:
        return
    mirrored = {"Context": topic.context, "Noun": topic.noun, "Verb": topic.verb, "Key": topic.key}
    found = naming.topic(written, mirrored)
    assert (found.context, found.noun, found.verb, found.key) == (topic.context, topic.noun, topic.verb, topic.key)


PARSERS: dict[str, tuple[Callable[[Random], Any], Callable[[Any], None]]] = {
    "xml": (xml, document),
    "json": (jsons, document),
    "header": (headed, head),
    "compressed": (packed, compressed),
    "naming": (names, naming),
    "encode": (encoding.written, encoding.encodable),
    **WIRES,
    **DELIVERIES,
}
"""By name: what makes an input, and what checks it."""
