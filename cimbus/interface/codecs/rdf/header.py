"""The header of a network model: md:FullModel and dm:DifferenceModel (IEC 61970-552)."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Final

import msgspec

from cimbus.interface.codecs.inexact import InexactError
from cimbus.interface.codecs.lexical import read_date_time

from .objects import RdfObject, RdfProperty, bare_id

_TEXTS: Final = {
    "Model.version": "version",
    "Model.description": "description",
    "Model.modelingAuthoritySet": "modelingAuthoritySet",
}
_TIMES: Final = {"Model.created": "created", "Model.scenarioTime": "scenarioTime"}
_LISTS: Final = {"Model.profile": "profiles", "Model.DependentOn": "DependentOn", "Model.Supersedes": "Supersedes"}


class ModelKind(enum.StrEnum):
    """What a document is.

    >>> ModelKind("FullModel") is ModelKind.full
    True
    """

    unknown = ""
    """It has no header, or its header was not met yet."""
    full = "FullModel"
    difference = "DifferenceModel"


class ModelHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says of itself.

    Attributes:
        kind: full or difference.
        id: its identity as it is written, most often ``urn:uuid:…``.
        created: when it was made; None if that is missing or no time. A time without a zone is one in UTC.
        scenarioTime: the time for which it holds.
        version, description: as they are written.
        profiles: URIs of the profiles that it follows.
        modelingAuthoritySet: who answers for it.
        DependentOn, Supersedes: identities of models that it needs, and that it takes the place of.
        properties: all that it says, these and others, in the order of the document.

    >>> header_of(RdfObject(cls="FullModel", id="urn:uuid:1"), ModelKind.full).mRID
    '1'
    """

    kind: ModelKind = ModelKind.unknown
    id: str = ""
    created: datetime | None = None
    scenarioTime: datetime | None = None
    version: str = ""
    description: str = ""
    profiles: tuple[str, ...] = ()
    modelingAuthoritySet: str = ""
    DependentOn: tuple[str, ...] = ()
    Supersedes: tuple[str, ...] = ()
    properties: tuple[RdfProperty, ...] = ()

    @property
    def mRID(self) -> str:  # noqa: N802  # the name of the CIM
        """The identity without ``urn:uuid:``."""
        return bare_id(self.id)


def header_of(element: RdfObject, kind: ModelKind) -> ModelHeader:
    """Return a header from what its element says.

    >>> created = RdfProperty(name="Model.created", value="2026-03-01T12:00:00Z")
    >>> header_of(RdfObject(cls="FullModel", properties=(created,)), ModelKind.full).created.hour
    12
    """
    texts: dict[str, str] = {}
    times: dict[str, datetime | None] = {}
    lists: dict[str, list[str]] = {}
    for each in element.properties:
        said = each.resource or each.value.strip()
        if field := _TEXTS.get(each.name):
            texts.setdefault(field, said)
        elif field := _TIMES.get(each.name):
            times.setdefault(field, _time(said))
        elif field := _LISTS.get(each.name):
            lists.setdefault(field, []).append(said)
    made = ModelHeader(kind=kind, id=element.id, properties=element.properties)
    return msgspec.structs.replace(made, **texts, **times, **{name: tuple(each) for name, each in lists.items()})


def _time(text: str) -> datetime | None:
    try:
        return read_date_time(text)
    except InexactError as error:
        value: datetime = error.value
        return value
    except ValueError:
        return None
