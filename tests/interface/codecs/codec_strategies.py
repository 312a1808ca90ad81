"""Hypothesis strategies made from what the classes declare: values, nouns, headers, whole messages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from cimbus import Header, Message, XmlElement
from cimbus.interface.envelope import ID, Error, Location, Option, Property, ReplayDetection, Reply, Request, User, Verb
from cimbus.interface.model import FieldSpec, Noun, all_nouns, spec_of

NOUNS = [
    entry
    for entry in all_nouns()
    if entry.cls.__module__.startswith("cimbus.nouns.metering.")
    or entry.name in ("DERGroups", "PricingStructureConfig")
]
_LEGAL = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\t\n\r"
)
texts = st.text(_LEGAL, max_size=8)
words = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=6)
names = words.map(lambda word: f"n{word}")
decimals = st.builds(
    lambda sign, digits, places: Decimal((sign, digits, -places)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=25).map(tuple),
    st.integers(0, 6),
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)) if minutes else UTC)
moments = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001


def content(field: FieldSpec, depth: int) -> st.SearchStrategy[Any]:
    """Return values of one field."""
    if field.kind == "class":
        return objects(field.type, depth - 1)
    if field.kind == "enum":
        return st.sampled_from([*field.type])
    return {
        "string": texts,
        "dateTime": moments,
        "decimal": decimals,
        "float": decimals,
        "integer": st.integers(-(2**63), 2**63 - 1),
        "boolean": st.booleans(),
        "date": st.dates(date(1, 1, 1)),
        "time": st.times(timezones=st.none() | zones),
        "duration": st.timedeltas(),
    }[field.kind]


@st.composite
def objects(draw: st.DrawFn, cls: type, depth: int = 4) -> Any:
    """Draw an object of a declared class that the schema allows."""
    spec = spec_of(cls)
    values: dict[str, Any] = {}
    left_out: set[str] = set()
    for choice in spec.choices:
        if not choice.repeated:
            left_out |= {*choice.names} - {*draw(st.sampled_from(choice.alternatives))}
    for field in spec.fields:
        if field.xml in left_out:
            continue
        wanted = field.required or (depth > 0 and draw(st.integers(0, 2)) == 0)
        if not wanted or field.kind == "any":
            continue
        one = content(field, depth)
        values[field.name] = draw(st.lists(one, min_size=1, max_size=2)) if field.many else draw(one)
    return cls(**values)


tokens = words | st.none()
headers = st.builds(
    Header,
    verb=st.sampled_from([*map(str, Verb)]),
    noun=names,
    revision=tokens,
    replay_detection=st.none() | st.builds(ReplayDetection, nonce=texts, created=moments),
    context=tokens,
    timestamp=st.none() | moments,
    source=st.none() | texts,
    async_reply_flag=st.none() | st.booleans(),
    reply_address=tokens,
    ack_required=st.none() | st.booleans(),
    user=st.none() | st.builds(User, user_id=texts, organization=st.none() | texts),
    message_id=tokens,
    correlation_id=tokens,
    comment=st.none() | texts,
    properties=st.lists(st.builds(Property, name=texts, value=st.none() | texts), max_size=2).map(tuple),
)
ids = st.lists(
    st.builds(
        ID, value=texts, id_type=tokens, kind=st.sampled_from([None, "uuid", "name"]), object_type=st.none() | texts
    ),
    max_size=2,
).map(tuple)
requests = st.builds(
    Request,
    start_time=st.none() | moments,
    end_time=st.none() | moments,
    options=st.lists(st.builds(Option, name=texts, value=st.none() | texts), max_size=2).map(tuple),
    ids=ids,
)
errors = st.builds(
    Error,
    code=texts,
    reason=st.none() | texts,
    location=st.none() | st.builds(Location, node=st.none() | texts),
    operation_id=st.none() | st.integers(0, 99),
)
replies = st.builds(
    Reply,
    result=st.sampled_from(["OK", "PARTIAL", "FAILED"]).map(spec_of(Reply).fields[0].type),
    errors=st.lists(errors, max_size=2).map(tuple),
    ids=ids,
    operation_id=st.none() | st.integers(0, 99),
)


def messages(entry: Noun) -> st.SearchStrategy[Message]:
    """Return messages about one noun as the standard wants them."""
    payload = objects(entry.cls)
    if entry.query:
        return st.builds(
            lambda item, area, head: dressed(Message.of(item, request=area or None), head), payload, requests, headers
        )
    events = st.builds(
        lambda item, verb, head, packed: dressed(Message.of(item, verb=verb, compress=packed), head),
        payload,
        st.sampled_from(["created", "changed", "create", "change"]),
        headers,
        st.booleans(),
    )
    answers = st.builds(
        lambda item, reply, head: Message(
            dressed(Message.of(item, verb="reply"), head).header, reply=reply, payload=Message.of(item).payload_area
        ),
        payload,
        replies,
        headers,
    )
    return events | answers


def dressed(message: Message, head: Header) -> Message:
    """Return the message with all other fields of a header."""
    fields = {
        name: getattr(head, name) for name in head.__struct_fields__ if name not in ("verb", "noun", "extensions")
    }
    made = message.replace(**fields)
    return Message(made.header, request=used(made.request_area), payload=made.payload_area)


def used(area: Request | None) -> Request | None:
    """Return a request area that says something; an empty one beside a query is none on the wire."""
    return None if area == Request() else area


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> XmlElement:
    """Draw an element that no class describes."""
    children = draw(st.lists(elements(depth=depth - 1), max_size=3)) if depth else []
    mixed = bool(children) and draw(st.booleans())
    text = draw(st.text(_LEGAL, min_size=1, max_size=5).map(lambda t: f"x{t}")) if mixed else ""
    return XmlElement(
        f"u{draw(names)}",
        draw(st.sampled_from(["", "urn:a", "urn:b"])),
        attributes=draw(st.dictionaries(names | names.map("{{urn:c}}{}".format), texts, max_size=2)),
        text=text if children else draw(texts),
        children=children,
    )
