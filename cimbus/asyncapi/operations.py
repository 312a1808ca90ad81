"""What a component receives and sends, from the declarations of its handlers and timers."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, cast

import msgspec

from cimbus.application.component import Component
from cimbus.application.handler_spec import HandlerSpec
from cimbus.application.patterns import pattern_of
from cimbus.application.timer import TimerSpec
from cimbus.errors import UsageError
from cimbus.interface.message import Message
from cimbus.interface.model import Noun, all_nouns, find_class, noun_of
from cimbus.interface.topic import Kind, Pattern, kind_of_verb

Action = Literal["receive", "send"]
AnyNounOrName = Noun | str
"""What a message carries: a registered noun, the name of one that has no class, or any (the empty text)."""


class OperationDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What one application does with messages of one pattern.

    Attributes:
        name: of the operation in the document.
        action: seen from the application.
        pattern: the topics.
        carries: what the messages carry.
        bus: its name; None: the only one.
        tag: the component, or what else several operations have in common.
        group: the consumers that share the messages; empty: there are none.
        summary: one line.
        reply: what replies carry; None: there are none.
        also: further namespaces in which the noun may come.
    """

    name: str
    action: Action
    pattern: Pattern
    carries: tuple[AnyNounOrName, ...]
    bus: str | None = None
    tag: str = ""
    group: str = ""
    summary: str = ""
    reply: tuple[AnyNounOrName, ...] | None = None
    also: tuple[str, ...] = ()


def operations_of(component: Component[Any], context: str | None) -> Iterator[OperationDescription]:
    """Yield what handlers receive and reply, and what the annotations of handlers and timers say that they return.

    Args:
        component: with its declarations.
        context: the level of topics for handlers that name none.
    """
    for spec in component.handlers:
        where = spec.context or context
        pattern = pattern_of(spec.noun, verb=spec.verb, kind=spec.kind, key=spec.key, context=where)
        name = f"{component.name}.{spec.name}"
        returned = dict(_returned(spec.function))
        asked = spec.kind is Kind.requests
        yield OperationDescription(
            name=f"{name}.receive",
            action="receive",
            pattern=pattern,
            carries=_carried_by(spec),
            bus=spec.bus,
            tag=component.name,
            group=name,
            summary=_summary(spec.function),
            reply=(tuple(returned) or replies_to(pattern)) if asked else None,
            also=tuple(spec.also),
        )
        if not asked:
            yield from _sent(returned, component.name, spec, context)
    for timer in component.timers:
        yield from _sent(dict(_returned(timer.function)), component.name, timer, context)


def _sent(
    nouns: Mapping[Noun, str | None], component: str, spec: HandlerSpec | TimerSpec, context: str | None
) -> Iterator[OperationDescription]:
    """Yield that a handler or timer publishes what it returns."""
    name = f"{component}.{spec.name}"
    if isinstance(spec, TimerSpec):
        summary = f"Every {spec.seconds:g} seconds. {_summary(spec.function)}".strip()
    else:
        summary = f"What {name} returns."
    for noun, verb in nouns.items():
        yield OperationDescription(
            name=f"{name}.send.{noun.name}",
            action="send",
            pattern=pattern_of(noun.header, verb=verb, kind=Kind.events, context=context),
            carries=(noun,),
            bus=spec.publish_to or spec.bus,
            tag=component,
            summary=summary,
        )


_ON_BUS: Final = re.compile(r"(?:(\w[\w-]*)=)?([^.]+)(?:\.(.+))?")


def said(word: str, kind: Kind, tag: str, context: str | None) -> OperationDescription:
    """Return what a person says that an application publishes or requests, which no handler declares.

    Args:
        word: ``NOUN``, ``NOUN.VERB`` or ``BUS=NOUN.VERB``.
        kind: events or requests.
        tag: of the operation.
        context: the first level of topics.

    Raises:
        UsageError: the word is not written so, or the verb makes no message of this kind.

    >>> said("field=EndDeviceEvents.created", Kind.events, "HES", None).bus
    'field'
    """
    found = _ON_BUS.fullmatch(word)
    if found is None:
        raise UsageError(f"{word!r} is not NOUN, NOUN.VERB or BUS=NOUN.VERB")
    bus, noun, verb = found[1], found[2], found[3]
    if verb and kind_of_verb(verb) != kind:
        raise UsageError(f"{word!r}: the verb {verb} makes {kind_of_verb(verb)}, not {kind}")
    queries = {entry.name: entry for entry in all_nouns() if entry.query}
    carries: tuple[AnyNounOrName, ...]
    if noun in queries:
        carries, noun, verb = (queries[noun],), queries[noun].header, "get"
    else:
        carries = nouns_on(noun, kind, verb)
    pattern = pattern_of(noun, verb=verb, kind=kind, context=context)
    return OperationDescription(
        name=f"{tag}.send.{found[2]}{f'.{found[3]}' if found[3] else ''}",
        action="send",
        pattern=pattern,
        carries=carries,
        bus=bus,
        tag=tag,
        reply=replies_to(pattern) if kind is Kind.requests else None,
    )


def nouns_on(word: str | None, kind: Kind, verb: str | None) -> tuple[AnyNounOrName, ...]:
    """Return what messages with this word in Header.Noun carry; the query of a ``get`` is in its request area."""
    if word is None:
        return ("",)
    plain = [entry for entry in all_nouns() if entry.header == word and not entry.query]
    queries = [entry for entry in all_nouns() if entry.header == word and entry.query]
    if kind is not Kind.requests:
        found = plain
    elif verb is None:
        found = [*queries, *plain]
    else:
        found = queries if verb == "get" else plain
    return tuple(found) or (word,)


def replies_to(pattern: Pattern) -> tuple[AnyNounOrName, ...]:
    """Return what the replies to requests carry: the noun of the request's header."""
    return nouns_on(pattern.noun, Kind.replies, "reply")


def _carried_by(spec: HandlerSpec) -> tuple[AnyNounOrName, ...]:
    if isinstance(spec.noun, type):
        return (noun_of(spec.noun), *map(noun_of, spec.upcast))
    return nouns_on(spec.noun, spec.kind, spec.verb)


def _summary(function: Callable[..., Any]) -> str:
    """Return the first line of a function's docstring; that of another object tells of its class."""
    return (inspect.getdoc(function) or "").partition("\n")[0] if inspect.isroutine(function) else ""


def _returned(function: Callable[..., Any]) -> Iterator[tuple[Noun, str | None]]:
    """Yield the nouns that the annotation of what a function returns names, in whatever lists, with their verb."""
    hints: Mapping[str, Any]
    try:
        hints = typing.get_type_hints(inspect.unwrap(function))
    except Exception:  # noqa: BLE001  # an annotation of the user's that only type checkers can resolve: it says nothing
        hints = {}
    yield from _nouns_in(hints.get("return"), "created")


def _nouns_in(annotation: Any, verb: str | None) -> Iterator[tuple[Noun, str | None]]:
    """Yield nouns; a payload without a message is published as created, one in a message with any verb."""
    if isinstance(annotation, type) and (found := find_class(cast("type[Any]", annotation))) is not None:
        yield found, verb
    within = None if typing.get_origin(annotation) is Message else verb
    for each in typing.get_args(annotation):
        yield from _nouns_in(each, within)
