"""JSON: mutants, and whether comparing notices a codec that reads otherwise."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random

import msgspec
import pytest
from interface.codecs.native.codecs import codec, needs_native

from cimbus.interface.codecs.native.tables import FieldTable, MakerTable, Tables
from cimbus.testing.codec_fuzz import compare_json, fuzz_json
from cimbus.testing.codec_fuzz.json_mutants import json_mutant
from cimbus.testing.codec_fuzz.json_tree import TreeWriter, read_tree
from cimbus.testing.codec_fuzz.values import TEXTS

SEED = 61968
COUNT = 1_500
"""More are compared by the command; these take some seconds."""
MOST = 20_000
LEAST_ACCEPTED = 0.05
"""Of the mutants; about an eighth is accepted."""


@needs_native
def test_what_the_native_codec_reads_of_json_the_reader_in_python_reads_the_same() -> None:
    result = fuzz_json(codec(), count=COUNT, seed=SEED)

    assert result.wrong == []
    assert result.mutants == COUNT
    assert result.accepted > LEAST_ACCEPTED * COUNT


def changed_fields(change: Callable[[FieldTable], FieldTable]) -> Callable[[Tables], Tables]:
    def of_all(tables: Tables) -> Tables:
        classes = [
            msgspec.structs.replace(
                each,
                elements=[change(field) for field in each.elements],
                attributes=[change(field) for field in each.attributes],
            )
            for each in tables.classes
        ]
        return msgspec.structs.replace(tables, classes=classes)

    return of_all


def of_kind(kind: str, other: str) -> Callable[[Tables], Tables]:
    return changed_fields(lambda f: msgspec.structs.replace(f, kind=other) if f.kind == kind else f)


def rounded(text: str) -> Decimal:
    return Decimal(text).normalize()


def of_another_noun(tables: Tables) -> Tables:
    names = [name for name, _ in tables.json_nouns]
    numbers = [number for _, number in tables.json_nouns]
    return msgspec.structs.replace(tables, json_nouns=[*zip(names, numbers[1:] + numbers[:1], strict=True)])


SABOTAGED = {
    "the header's rules are off": changed_fields(lambda f: msgspec.structs.replace(f, rule="")),
    "times are texts": of_kind("dateTime", "string"),
    "numbers are texts": of_kind("float", "string"),
    "tuples are lists": changed_fields(lambda f: msgspec.structs.replace(f, frozen=False)),
    "two children have each other's names": changed_fields(
        lambda f: msgspec.structs.replace(f, json={"Source": "Comment", "Comment": "Source"}.get(f.json, f.json))
    ),
    "a noun is of another class": of_another_noun,
    "numbers are rounded": lambda tables: msgspec.structs.replace(tables, makers=MakerTable(decimal=rounded)),
    "verbs are free": lambda tables: msgspec.structs.replace(
        tables, verbs=(*tables.verbs, *TEXTS, *map(str.upper, tables.verbs))
    ),
}
"""Codecs that read otherwise than they should."""


@needs_native
@pytest.mark.parametrize("sabotage", SABOTAGED)
def test_a_codec_that_reads_json_otherwise_is_noticed(sabotage: str) -> None:
    result = fuzz_json(codec(SABOTAGED[sabotage]), count=MOST, seed=SEED, most_wrong=1)

    assert result.wrong


def test_a_tree_keeps_numbers_and_members_that_stand_twice() -> None:
    text = '{"a":1.50,"a":[1E5,NaN,null,true,"\\n\\"\\u00e4"]}'

    tree = read_tree(text)

    assert read_tree(TreeWriter(Random("3")).write(tree)) == tree
    assert tree == [["a", "1.50"], ["a", ["1E5", "NaN", None, True, '\n"ä']]]


def test_what_is_no_json_is_changed_in_octets() -> None:
    mutants = {json_mutant(b'{"a": ', Random(str(number))) for number in range(50)}

    assert len(mutants) > 20


@needs_native
def test_comparing_says_how_both_read_it() -> None:
    document = b'{"EventMessage":{"Header":{"Verb":"created","Noun":"X","Revision":"1"}}}'
    other = codec(changed_fields(lambda f: msgspec.structs.replace(f, json={"Revision": "Source"}.get(f.json, f.json))))

    right, wrong = compare_json(codec(), document), compare_json(other, document.replace(b"Revision", b"Source"))

    assert (right.accepted, right.wrong) == (True, "")
    assert wrong.accepted
    assert "in Python" in wrong.wrong
