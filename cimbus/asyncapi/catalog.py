"""What a program may do with each noun that is known, as operations of a document."""

from __future__ import annotations

from collections.abc import Iterator

from cimbus.application.patterns import pattern_of
from cimbus.interface.model import Noun, all_nouns
from cimbus.interface.topic import Kind
from cimbus.irm import NounFacts, all_noun_facts

from .operations import OperationDescription, replies_to


def operations_of_nouns(context: str | None) -> Iterator[OperationDescription]:
    """Yield for each noun: receive its events, send requests; for each query: send it.

    Args:
        context: the first level of topics.
    """
    facts = {each.name: each for each in all_noun_facts()}
    for noun in all_nouns():
        known = facts.get(noun.name)
        asked = pattern_of(noun.header, verb="get" if noun.query else None, kind=Kind.requests, context=context)
        if not noun.query:
            yield OperationDescription(
                name=f"{_unique(noun)}.receive",
                action="receive",
                pattern=pattern_of(noun.header, kind=Kind.events, context=context),
                carries=(noun,),
                tag=_tag(known),
                summary=_summary(known, "Something happened"),
            )
        yield OperationDescription(
            name=f"{_unique(noun)}.send",
            action="send",
            pattern=asked,
            carries=(noun,),
            tag=_tag(known),
            summary=_summary(known, "A query" if noun.query else "Something is to be done"),
            reply=replies_to(asked),
        )


def _unique(noun: Noun) -> str:
    """Return a noun's name, with the name of its class where that is another: two versions of one noun have two."""
    return noun.name if noun.name == noun.cls.__name__ else f"{noun.name}.{noun.cls.__name__}"


def _tag(facts: NounFacts | None) -> str:
    return "other nouns" if facts is None or not facts.part else f"IEC 61968-{facts.part}"


def _summary(facts: NounFacts | None, what: str) -> str:
    functions = ", ".join(facts.functions) if facts else ""
    return f"{what}. Business functions: {functions}." if functions else f"{what}."
