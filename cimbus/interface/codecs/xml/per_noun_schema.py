"""The schemas of per-noun envelopes as tables: what public copies of the strongly typed variant have in common.

A schema ``{Noun}Message`` is in a namespace of that name, with Header, Request, Reply and Payload in it, and its noun
in a third one. There are three kinds: for nouns, for their queries, and for sets of operations on them.
Where copies differ, what one of them accepts is accepted:

- the request of a noun's schema is of the common RequestType in older copies; in newer ones it has children of its own,
  and the noun among them;
- the payload holds one noun, in one copy several.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from cimbus.interface.envelope import MessageType

from .schema import SEQUENCES, WILDCARD, Particle, particle

NOUN: Final = "##noun"
"""The type of a particle for a noun, which is in a namespace of its own."""
_REST: Final = tuple(map(particle, ("OperationSet:OperationSet?", "Compressed?", "Format?")))
_TIMES: Final = tuple(map(particle, ("StartTime:dateTime?", "EndTime:dateTime?", "Option:Option*")))
_REQUESTS: Final = ("Create", "Change", "Cancel", "Close", "Delete")
_EVENTS: Final = ("Created", "Changed", "Canceled", "Closed", "Deleted")
_ANSWERS: Final = {"ResponseMessage": MessageType.response, "FaultMessage": MessageType.fault}
_ASKED: Final = {"RequestMessage": MessageType.request, **_ANSWERS}


class PerNounSchema(msgspec.Struct, frozen=True):
    """What one per-noun schema has.

    Attributes:
        roots: its elements, and which envelope each is.
        rows: by type, the sequences that it has in place of the common schema's.
        own_request: whether the children of a request are in its namespace, always or only where one of them is.

    >>> per_noun_schema("http://iec.ch/TC57/2011/MeterReadingsMessage").roots["CreatedMeterReadings"].value
    'EventMessage'
    """

    roots: Mapping[str, MessageType]
    rows: Mapping[str, tuple[Particle, ...]]
    own_request: bool | None


def per_noun_schema(uri: str) -> PerNounSchema | None:
    """Return the schema of a namespace, None if no per-noun schema has such a namespace.

    >>> per_noun_schema("urn:x/DERGroupsOperationSetMessage").rows["Payload"][0].name
    'OperationSet'
    >>> per_noun_schema("urn:x") is None
    True
    """
    schema = uri.rpartition("/")[2]
    stem = schema.removesuffix("Message")
    if stem in ("", schema):
        return None
    if stem.startswith("Get") or stem.endswith("Queries"):
        return _of_a_query(stem)
    if stem.endswith("OperationSet"):
        roots = {f"Execute{stem}": MessageType.request, f"Executed{stem}": MessageType.event}
        return PerNounSchema(roots | _named(stem, _ANSWERS), {"Payload": _REST}, own_request=False)
    roots = {f"{verb}{stem}": MessageType.request for verb in _REQUESTS}
    roots |= {f"{verb}{stem}": MessageType.event for verb in _EVENTS}
    rows = {
        "Request": (*_TIMES, particle("ID:ID*"), Particle(stem, NOUN, 1, 1)),
        "Payload": (Particle(stem, NOUN, 1, None), *_REST),
    }
    return PerNounSchema(roots | _named(stem, _ASKED), rows, own_request=None)


def _of_a_query(stem: str) -> PerNounSchema:
    # what {Noun}Queries asks for is not in its name: DERGroupStatusQueries are answered by DERGroupStatuses
    noun = stem.removeprefix("Get") if stem.startswith("Get") else WILDCARD
    rows = {
        "RequestMessage": SEQUENCES["RequestMessage"][:-1],  # it has no payload
        "Request": (*_TIMES, particle("ID*"), Particle(stem, NOUN, 1, 1), particle("##other*")),
        "Payload": (Particle(noun, NOUN, 0, 1), *_REST),
    }
    return PerNounSchema(_named(stem, _ASKED), rows, own_request=True)


def _named(stem: str, suffixes: Mapping[str, MessageType]) -> dict[str, MessageType]:
    return {f"{stem}{suffix}": kind for suffix, kind in suffixes.items()}
