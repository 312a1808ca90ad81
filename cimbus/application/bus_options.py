"""The options of a bus's calls, as types that type checkers know and errors that name what exists."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from cimbus.interface.codecs import DEFAULT_LIMITS, EnvelopeDialect, Limits, Strict
from cimbus.interface.codecs.api import Format
from cimbus.interface.envelope import AnyVerb
from cimbus.interface.header_fields import PublishFields
from cimbus.middleware.outbox import Full, Outbox
from cimbus.middleware.transport import Transport

from .audit import AuditTrail
from .claim_check import ClaimCheck, open_content_store
from .claim_check.claim_check import KEEP, OVER
from .claim_check.large_messages import LargeMessages
from .dead_letters import BusDeadLetters, DeadLetters
from .marshal import Zones
from .message_reader import Check
from .publisher import Publisher
from .tracing import Spans, TracedPublisher

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider


class BusOptions(TypedDict, total=False):
    """The options of ``Bus``.

    ``source``: Header.Source of what is sent. ``context``: Header.Context of what is sent and of what is received;
    ``production`` if not given. ``format``: what bodies are written in, ``"xml"`` or ``"json"``; both are read.
    ``strict``: refuse what the Edition 1 schema refuses when reading; ``"conformance"``: see ``cimbus.decode``.
    ``limits``: bounds for the decoder. ``zone``: the zone of received times that have none, for all or by Header.Source
    (UTC by default). ``dialect``: how peers want XML that is sent: a name in ``cimbus.DIALECTS``, or an
    ``EnvelopeDialect``.
    ``dead_letters``: the store (or its path) for dead letters; by default ``DeadLetters.beside(url)``; ``"bus"`` keeps
    them on the middleware. ``check``: what
    happens to a message whose verb, noun, context or Source differ from its topic and properties, by which brokers
    decide who may send it: ``"note"`` adds to ``message.notes``, ``"topic"`` makes a dead letter of it; a strict bus
    does the latter. ``reply_to``: an address, or several, beside topics of replies and temporary destinations that
    replies may be sent to, with ``*`` as in file names: ``"queue:REPLIES.*"``. ``outbox``: a file (or an ``Outbox``)
    that keeps what is published until the middleware has it. The bus then opens without the middleware and connects
    when it can; ``publish`` returns when the message is on disk. ``outbox_max_bytes``, ``outbox_max_age``,
    ``outbox_full``: for an outbox that is given as a file: see ``Outbox``. ``lazy``: the same without an outbox: what
    needs the connection waits for it.
    ``compress_over``: from which size, in bytes, payloads are written as gzip in Payload/Compressed. ``claim_store``: a
    folder, or a URL of fsspec, where larger messages are stored beside the bus, with a reference on it (claim check);
    by default $CIMBUS_CLAIM_STORE, if that is set. ``claim_over``: from which size, in bytes; 256 KiB by default.
    ``claim_keep``: for how long, in seconds or as ``timedelta``; a week by default. ``tracing``: True, or a provider of
    tracers: make OpenTelemetry spans of what is sent, received and handled. ``audit``: a file (or an ``AuditTrail``)
    that says what was sent, received and settled.
    """

    source: str | None
    context: str | None
    format: Format
    strict: Strict
    limits: Limits
    zone: Zones
    dialect: str | EnvelopeDialect
    dead_letters: DeadLetters | str | None
    check: Check
    reply_to: str | Iterable[str]
    outbox: Outbox | str | os.PathLike[str] | None
    outbox_max_bytes: int
    outbox_max_age: float | timedelta
    outbox_full: Full
    lazy: bool
    compress_over: int
    claim_store: str | os.PathLike[str] | None
    claim_over: int
    claim_keep: float | timedelta
    tracing: bool | TracerProvider
    audit: AuditTrail | str | os.PathLike[str] | None


class RequestOptions(PublishFields, total=False):
    """The options of ``Bus.request`` and ``Bus.replies``: verb, key, and header fields.

    ``of``: the Header.Source that may reply; a reply of another one is not the reply, and is counted and logged.
    ``expires``: when the request is of no use any more; by default with its timeout, None: never.
    """

    of: str | None
    verb: AnyVerb | None
    key: str | None
    expires: timedelta | datetime | None


def check_bus_options(options: Mapping[str, Any]) -> None:
    """Check the names of a bus's options: not every user runs a type checker.

    >>> check_bus_options({"sauce": "HES"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    TypeError: a bus has no option sauce; there are source, context, format, ...

    Raises:
        TypeError: there is no such option.
    """
    if unknown := sorted(set(options) - set(BusOptions.__annotations__)):
        known = ", ".join(BusOptions.__annotations__)
        raise TypeError(f"a bus has no option {', '.join(unknown)}; there are {known}")


def outbox_of(options: BusOptions) -> Outbox | None:
    """Return the outbox of a bus, as its options say.

    >>> outbox_of({"outbox": "outbox.db", "outbox_max_bytes": 1_000_000})
    Outbox('outbox.db')

    Raises:
        ValueError: there is no file that the options could be for, or one has an impossible value.
    """
    outbox = options.get("outbox")
    given: dict[str, Any] = {
        name.removeprefix("outbox_"): value for name, value in options.items() if name.startswith("outbox_")
    }
    if outbox is None or isinstance(outbox, Outbox):
        if given:
            where = "they are arguments of Outbox" if outbox else "give it a file: outbox=FILE"
            raise ValueError(f"outbox_{', outbox_'.join(given)} are for an outbox that is given as a file; {where}")
        return outbox
    return Outbox(outbox, **given)


def large_messages_of(options: BusOptions) -> LargeMessages:
    """Return what a bus does with large messages, as its options say.

    Raises:
        ValueError: there is no store that the options could be for, or one has an impossible value.
        MissingExtraError: the store is a URL, and fsspec is not installed.

    >>> large_messages_of({"claim_over": 1_000})
    Traceback (most recent call last):
    ...
    ValueError: claim_over and claim_keep are for a claim_store, which is missing
    """
    where = options.get("claim_store") or os.environ.get("CIMBUS_CLAIM_STORE")
    if not where and not {"claim_over", "claim_keep"}.isdisjoint(options):
        raise ValueError("claim_over and claim_keep are for a claim_store, which is missing")
    keep = options.get("claim_keep", KEEP)
    claims = ClaimCheck(
        open_content_store(where) if where else None,
        over=options.get("claim_over", OVER),
        keep=keep.total_seconds() if isinstance(keep, timedelta) else keep,
        limits=options.get("limits", DEFAULT_LIMITS),
    )
    return LargeMessages(claims, options.get("compress_over", 0))


def dead_letters_of(letters: DeadLetters | str | None, url: str, transport: Transport | None = None) -> DeadLetters:
    """Return the store of a bus: the one that was given, the bus itself, or the one that belongs to its URL.

    >>> dead_letters_of(None, "sqlite:bus.db").path
    'bus.db.dead-letters'
    """
    if isinstance(letters, DeadLetters):
        return letters
    if (letters or os.environ.get("CIMBUS_DEAD_LETTERS")) == "bus":
        return BusDeadLetters(url, transport)
    return DeadLetters(letters) if letters else DeadLetters.beside(url or "memory:")


def audit_of(options: BusOptions) -> AuditTrail | None:
    """Return the audit trail of a bus, as its options say.

    >>> audit_of({"audit": "audit.jsonl"})
    AuditTrail('audit.jsonl')
    """
    audit = options.get("audit")
    return audit if audit is None or isinstance(audit, AuditTrail) else AuditTrail(audit)


def spans_of(options: BusOptions, url: str) -> Spans | None:
    """Return what makes the spans of a bus; None where its options do not ask for them.

    >>> spans_of({}, "memory:") is None
    True

    Raises:
        MissingExtraError: opentelemetry-api is not installed.
    """
    tracing = options.get("tracing", False)
    if tracing is False:
        return None
    return Spans(None if tracing is True else tracing, url)


def publisher_of(
    options: BusOptions,
    transport: Transport,
    is_open: Callable[[], bool],
    *,
    outbox: Outbox | None,
    large: LargeMessages,
    spans: Spans | None,
) -> Publisher:
    """Return the publisher of a bus, as its options say."""
    publisher = (Publisher if spans is None else TracedPublisher)(
        transport,
        is_open,
        source=options.get("source"),
        context=options.get("context"),
        format=options.get("format", "xml"),
        outbox=outbox,
        dialect=options.get("dialect", ""),
        large=large,
    )
    if isinstance(publisher, TracedPublisher) and spans is not None:
        publisher.spans = spans
    return publisher
