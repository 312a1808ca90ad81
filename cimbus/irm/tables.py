"""What the reference model consists of: functions, objects, nouns, parts, each with where it is known from."""

from __future__ import annotations

import msgspec


class AccessLink(msgspec.Struct, frozen=True):
    """A business function that writes or reads an object.

    Attributes:
        function: its code.
        sub_function: the one within it, empty for the function as a whole.
        doubtful: the link looks wrong.

    >>> print(AccessLink("FM", "Fault Identification"))
    FM Fault Identification
    """

    function: str
    sub_function: str = ""
    doubtful: bool = False

    def __str__(self) -> str:
        return f"{self.function} {self.sub_function}".rstrip() + (" (doubtful)" if self.doubtful else "")


class SubFunction(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a business function.

    Attributes:
        name, abbreviation: as they are written in the source.
        part_of: the sub-function that it is a part of, empty if it is one of the function itself.
        reads, writes: names of business objects.
        doubtful: objects whose link looks wrong.
        suspect: whether it is probably an addition of the source, not of the standard.

    >>> SubFunction(name="Energy Forecasting", writes=("Energy Forecast",)).writes
    ('Energy Forecast',)
    """

    name: str
    abbreviation: str = ""
    part_of: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    suspect: bool = False


class BusinessFunction(msgspec.Struct, frozen=True, kw_only=True):
    """A business function of clause 4; ``shared`` holds what is common to all.

    Attributes:
        code, name, clause, figure: as in the standard's contents.
        source: where these are known from.
        parts: parts of the series with messages for it; ``parts_source`` where that is known from.
        objects: its business objects; ``suspect_objects`` are probably additions of the source.
        sub_functions: what it consists of; ``content_source`` where objects and sub-functions are known from.
        reads, writes: objects that it accesses as a whole; ``doubtful`` those whose link looks wrong.
        gaps: what is known to be missing here.

    >>> from cimbus import irm
    >>> irm.business_function("NO").clause
    '4.3.12'
    """

    code: str
    name: str
    clause: str = ""
    figure: int = 0
    source: str
    parts: tuple[str, ...] = ()
    parts_source: str = ""
    objects: tuple[str, ...] = ()
    suspect_objects: tuple[str, ...] = ()
    sub_functions: tuple[SubFunction, ...] = ()
    content_source: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    gaps: str = ""


class BusinessObject(msgspec.Struct, frozen=True, kw_only=True):
    """A business object: what one function writes and others read.

    Attributes:
        name: as it is written in the source.
        functions: codes of those whose object it is; empty where the source only links it.
        written_by, read_by: who accesses it. That a link is missing proves nothing.
        nouns: payloads that carry it, as their names suggest (inference).
        suspect: whether it is probably an addition of the source.
        source: where it and its links are known from.

    >>> from cimbus import irm
    >>> [str(link) for link in irm.business_object("End Device Event").read_by]
    ['FM Fault Identification']
    """

    name: str
    functions: tuple[str, ...] = ()
    written_by: tuple[AccessLink, ...] = ()
    read_by: tuple[AccessLink, ...] = ()
    nouns: tuple[str, ...] = ()
    suspect: bool = False
    source: str = "transcription"


class NounFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a noun.

    Attributes:
        name: the payload's element.
        part: the part of the series, empty if it is of none.
        namespace: the one seen, empty if none is public.
        children: of the payload, as far as they are known.
        quality: ``schema``, ``shape``, ``sample``, ``name`` or ``vendor``: how much of it is public.
        seen: where.
        functions: codes of the business functions that it belongs to (inference).
        query_of: the noun that it asks for, empty if it is no query.
        note: what else is known.

    >>> from cimbus import irm
    >>> irm.noun_facts("GetMeterReadings").query_of
    'MeterReadings'
    """

    name: str
    part: str
    quality: str
    namespace: str = ""
    children: str = ""
    seen: str = ""
    functions: tuple[str, ...] = ()
    query_of: str = ""
    note: str = ""


class SeriesPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the series IEC 61968.

    >>> from cimbus import irm
    >>> irm.series_parts()[0].title
    'network operation'
    """

    number: str
    title: str
    other_title: str = ""
    source: str
    nouns: str
    note: str = ""


class ProfileLayer(msgspec.Struct, frozen=True, kw_only=True):
    """A layer of the interface profile (clause 5); ``reading`` is an inference.

    >>> from cimbus import irm
    >>> irm.profile_layers()[1].name
    'application adapter'
    """

    clause: str
    name: str
    source: str
    reading: str


class StandardFact(msgspec.Struct, frozen=True, kw_only=True):
    """Something else that is public of IEC 61968-1, or known not to be.

    >>> from cimbus import irm
    >>> sorted({fact.clause for fact in irm.standard_facts()})[-1]
    'E'
    """

    clause: str
    text: str
    source: str
