"""The names that an envelope's root element can have, and what they say.

Generic roots (``EventMessage``) are in the message namespace; per-noun roots (``CreatedEndDeviceEvents``,
``EndDeviceEventsResponseMessage``) in ``<base>/{Noun}Message`` (IEC 61968-100 Ed. 1, strongly typed variant).
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

import msgspec

from cimbus.interface.codecs.cache import BoundedCache
from cimbus.interface.envelope import VERBS, MessageType, Request, Verb
from cimbus.interface.model import Extension, find_noun
from cimbus.interface.topic import past_tense

SYNONYMS: Final = {"update": "change", "updated": "changed", "show": "reply", "cancelled": "canceled"}
"""Verbs that peers use for the standard's; accepted, never written."""

# an element may be called as the schema's type is, as code that is made from the schema does
_GENERIC: Final = {name: root for root in MessageType for name in (root.value.lower(), f"{root.value.lower()}type")}
_SUFFIXES: Final = (
    ("ResponseMessage", MessageType.response),
    ("ReplyMessage", MessageType.response),
    ("RequestMessage", MessageType.request),
    ("EventMessage", MessageType.event),
    ("FaultMessage", MessageType.fault),
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,499}")
"""A noun that can be part of an element's name and of a namespace; readers accept 1 000 octets
(``Limits.max_name``)."""
_VERB: Final = re.compile(
    r"(Cancell?ed|Changed|Closed|Created|Deleted|Executed|Updated|Cancel|Change|Close|Create|Delete|Execute|Update|Get)"
    r"(?=[A-Z])"
)


_OPERATION: Final = re.compile(r"(?:Response|Result|Reply|Answer|Request)$")
"""What SOAP operations and their wrappers add to a name; no noun of IEC 61968 ends so."""


class RootName(msgspec.Struct, frozen=True):
    """What a root's name says: which envelope, and verb and noun where it names them (else empty).

    ``guessed``: it begins like a per-noun root, and may be the wrapper of an operation (``GetReadingsResponse``).
    ``settled``: its name says another, and its areas or its header's verb this one.

    >>> RootName(MessageType.event, "created", "EndDeviceEvents").noun
    'EndDeviceEvents'
    """

    message_type: MessageType
    verb: str = ""
    noun: str = ""
    generic: bool = False
    guessed: bool = False
    settled: bool = False


def parse_root(name: str) -> RootName | None:
    """Return what the local name of an element says, or None if it is no envelope's name.

    >>> name = parse_root("CreatedEndDeviceEvents")
    >>> name.verb, name.noun, parse_root("Envelope")
    ('created', 'EndDeviceEvents', None)
    """
    return _ROOTS[name]


def _parse_root(name: str) -> RootName | None:
    generic = _GENERIC.get(name.lower())
    if generic is not None:
        return RootName(generic, generic=True)
    # a per-noun element, too, may be called as its type is (``EndDeviceControlsRequestMessageType``)
    name = name.removesuffix("Type") if name.endswith("MessageType") else name
    rest, root = name, None
    for suffix, kind in _SUFFIXES:
        if name.endswith(suffix):
            rest, root = name.removesuffix(suffix), kind
            break
    found = _VERB.match(rest)
    if found is None:
        return RootName(root, "reply" if root is MessageType.response else "", rest) if root else None
    word = found[0].lower()
    verb = SYNONYMS.get(word, word)
    noun = rest[found.end() :]
    if noun.endswith("OperationSet") and verb in ("execute", "executed"):
        noun = "OperationSet"
    if root is None:
        root = MessageType.event if verb.endswith("ed") else MessageType.request
        noun = _OPERATION.sub("", noun) or noun
        return RootName(root, verb, noun, guessed=True)
    return RootName(root, "reply" if root is MessageType.response else verb, noun)


_KINDS: Final = {past_tense(verb): MessageType.event for verb in VERBS if past_tense(verb) != verb}
"""By verbs that only events have."""
_ROOTS: Final = BoundedCache(_parse_root)


def settle_root(name: RootName, root: tuple[str, str], areas: Container[str], verb: str) -> RootName:
    """Return what a root is whose name was guessed: what its areas and its header's verb say comes before the guess.

    The name of a per-noun root in its own namespace (``{Noun}Message``) is no guess, and stands but for a reply area,
    which no request and no event has. Nor does a verb in the present tense make a request of an event: in the field,
    events have such verbs.

    Args:
        name: what the root's name says.
        root: its local name and its namespace.
        areas: the areas that it has, in lower case.
        verb: Header.Verb as it was written.

    >>> guess = parse_root("GetReadingsCallback")
    >>> settle_root(guess, ("GetReadingsCallback", "urn:x"), ("header", "payload"), "created").message_type.value
    'EventMessage'
    """
    if not name.guessed:
        return name
    word = verb.strip().lower()
    word = SYNONYMS.get(word, word)
    if "reply" in areas or word == Verb.reply:
        return RootName(MessageType.response, Verb.reply, name.noun, settled=True)
    local, uri = root
    schema = uri.rpartition("/")[2]
    stem = schema.removesuffix("Message").removeprefix("Get")
    if not word or (stem and stem != schema and local.endswith(stem)):
        return name
    asks = "request" in areas or word == Verb.get
    kind = MessageType.request if asks else _KINDS.get(word, name.message_type)
    return name if kind is name.message_type else RootName(kind, noun=name.noun, settled=True)


def is_query(name: str, noun: str) -> bool:
    """Return whether an element of a request area is its query: Get{Noun}, {Noun}Queries, or a noun.

    >>> is_query("GetMeterReadings", "MeterReadings"), is_query("Trace", "MeterReadings")
    (True, False)
    """
    return name.startswith("Get") or name.endswith("Queries") or name == noun or find_noun(name, "") is not None


def beside_query(request: Request, noun: str) -> tuple[Request, tuple[Extension, ...]]:
    """Return a request area without the extensions that would be taken for its query, and these.

    They have to be written behind the query: readers take the first.

    >>> beside_query(Request(), "MeterReadings")
    (Request(), ())
    """
    extensions = request.extensions
    behind = tuple(e for e in extensions.elements if is_query(e.element.name, noun)) if extensions is not None else ()
    if extensions is None or not behind:
        return request, ()
    rest = tuple(e for e in extensions.elements if not is_query(e.element.name, noun))
    kept = msgspec.structs.replace(extensions, elements=rest) if rest or extensions.attributes else None
    return msgspec.structs.replace(request, extensions=kept), behind


def per_noun_root(root: MessageType, verb: str, noun: str, *, get: bool = False) -> tuple[str, str]:
    """Return the per-noun root's name, and the schema it belongs to (``{Noun}Message`` without its base).

    Args:
        root: which envelope.
        verb: Header.Verb.
        noun: Header.Noun.
        get: it answers a request of the schema of queries (``Get{Noun}Message``).

    Raises:
        ValueError: a generic Message has no per-noun form, nor has a verb outside the standard's, nor a noun that is no
            name.

    >>> per_noun_root(MessageType.event, "created", "EndDeviceEvents")
    ('CreatedEndDeviceEvents', 'EndDeviceEventsMessage')
    """
    if _NAME.fullmatch(noun) is None:
        raise ValueError(f"no per-noun root for the noun {noun!r}: it is not an XML name")
    if root is MessageType.message or verb not in VERBS:
        raise ValueError(f"no per-noun root for {root} with verb {verb!r}")
    get = get or (verb == Verb.get and root is MessageType.request)
    schema = f"Get{noun}" if get else noun
    if root is MessageType.fault:
        return f"{schema}FaultMessage", f"{schema}Message"
    if root is MessageType.response:
        return f"{schema}ResponseMessage", f"{schema}Message"
    if get:
        return f"{schema}RequestMessage", f"{schema}Message"
    if root is MessageType.event:
        verb = past_tense(verb)
    return f"{verb.capitalize()}{noun}", f"{noun}Message"
