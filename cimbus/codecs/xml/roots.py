"""The names that an envelope's root element can have, and what they say.

Generic roots (``EventMessage``) are in the message namespace; per-noun roots (``CreatedEndDeviceEvents``,
``EndDeviceEventsResponseMessage``) in ``<base>/{Noun}Message`` (IEC 61968-100 Ed. 1, strongly typed variant).
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from cimbus.codecs.memo import Memo
from cimbus.envelope import VERBS, Root, Verb

SYNONYMS: Final = {"update": "change", "updated": "changed", "show": "reply", "cancelled": "canceled"}
"""Verbs to accept, never to write."""

_GENERIC: Final = {root.value.lower(): root for root in Root}
_SUFFIXES: Final = (
    ("ResponseMessage", Root.response),
    ("ReplyMessage", Root.response),
    ("RequestMessage", Root.request),
    ("EventMessage", Root.event),
    ("FaultMessage", Root.fault),
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_VERB: Final = re.compile(
    r"(Cancell?ed|Changed|Closed|Created|Deleted|Executed|Updated|Cancel|Change|Close|Create|Delete|Execute|Update|Get)"
    r"(?=[A-Z])"
)


class RootName(msgspec.Struct, frozen=True):
    """What a root's name says: which envelope, and verb and noun where it names them (else empty)."""

    root: Root
    verb: str = ""
    noun: str = ""
    generic: bool = False


def parse_root(name: str) -> RootName | None:
    """Return what the local name of an element says, or None if it is no envelope's name."""
    return _ROOTS[name]


def _parse_root(name: str) -> RootName | None:
    generic = _GENERIC.get(name.lower())
    if generic is not None:
        return RootName(generic, generic=True)
    rest, root = name, None
    for suffix, kind in _SUFFIXES:
        if name.endswith(suffix):
            rest, root = name.removesuffix(suffix), kind
            break
    found = _VERB.match(rest)
    if found is None:
        return RootName(root, "reply" if root is Root.response else "", rest) if root else None
    word = found[0].lower()
    verb = SYNONYMS.get(word, word)
    noun = rest[found.end() :]
    if noun.endswith("OperationSet") and verb in ("execute", "executed"):
        noun = "OperationSet"
    if root is None:
        root = Root.event if verb.endswith("ed") else Root.request
    return RootName(root, "reply" if root is Root.response else verb, noun)


_ROOTS: Final = Memo(_parse_root)


def per_noun_root(root: Root, verb: str, noun: str) -> tuple[str, str]:
    """Return the per-noun root's name, and the schema it belongs to (``{Noun}Message`` without its base).

    Raises:
        ValueError: a generic Message has no per-noun form, nor has a verb outside the standard's, nor a noun that is no
            name.
    """
    if _NAME.fullmatch(noun) is None:
        raise ValueError(f"no per-noun root for the noun {noun!r}: it is not an XML name")
    if root is Root.message or verb not in VERBS:
        raise ValueError(f"no per-noun root for {root} with verb {verb!r}")
    schema = f"Get{noun}" if verb == Verb.get else noun
    if root is Root.fault:
        return f"{schema}FaultMessage", f"{schema}Message"
    if root is Root.response:
        return f"{noun}ResponseMessage", f"{noun}Message"
    if verb == Verb.get:
        return f"Get{noun}RequestMessage", f"{schema}Message"
    return f"{verb.capitalize()}{noun}", f"{noun}Message"
