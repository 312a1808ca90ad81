"""50 000 mutants, and whether comparing notices a codec that reads otherwise."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest
from interface.codecs.native.codecs import codec, needs_native

from cimbus.interface.codecs.native.tables import ClassTable, FieldTable, MakerTable, Tables
from cimbus.interface.envelope.header import Property
from cimbus.testing.codec_fuzz import fuzz

SEED = 61968
"""The same in each run, so that a failure is one of the change that is tested."""
COUNT = 50_000
PIECES = 10
"""Tests, so that none runs for more than some seconds."""
LEAST_ACCEPTED = 0.1
"""Of the mutants: with fewer, the comparison would say little. About a fifth is accepted."""


@needs_native
@pytest.mark.parametrize("piece", range(PIECES))
def test_what_the_native_codec_reads_the_walker_reads_the_same(piece: int) -> None:
    number = COUNT // PIECES

    result = fuzz([codec(), codec(in_parts=True)], count=number, seed=SEED, first=piece * number)

    assert result.wrong == []
    assert result.mutants == number
    assert result.accepted > LEAST_ACCEPTED * number


def changed_classes(change: Callable[[ClassTable], ClassTable]) -> Callable[[Tables], Tables]:
    return lambda tables: msgspec.structs.replace(tables, classes=[change(each) for each in tables.classes])


def changed_elements(change: Callable[[FieldTable], FieldTable]) -> Callable[[Tables], Tables]:
    def of_class(table: ClassTable) -> ClassTable:
        return msgspec.structs.replace(table, elements=[change(each) for each in table.elements])

    return changed_classes(of_class)


SABOTAGED = {
    "mandatory children may be missing": changed_elements(lambda f: msgspec.structs.replace(f, required=False)),
    "the header's rules are off": changed_elements(lambda f: msgspec.structs.replace(f, rule="")),
    "times are texts": changed_elements(
        lambda f: msgspec.structs.replace(f, kind="string") if f.kind == "dateTime" else f
    ),
    "whole numbers are texts": changed_elements(
        lambda f: msgspec.structs.replace(f, kind="string") if f.kind == "integer" else f
    ),
    "tuples are lists": changed_elements(lambda f: msgspec.structs.replace(f, frozen=False)),
    "two children have each other's names": changed_classes(
        lambda c: msgspec.structs.replace(
            c,
            elements=[
                msgspec.structs.replace(each, name={"start": "end", "end": "start"}.get(each.name, each.name))
                for each in c.elements
            ],
        )
    ),
    "children come in another order": changed_classes(
        lambda c: msgspec.structs.replace(c, elements=c.elements[::-1]) if c.cls is Property else c
    ),
    "every class of a noun has one namespace": lambda tables: msgspec.structs.replace(
        tables, nouns=[(name, "urn:other", number) for name, _, number in tables.nouns]
    ),
    "the envelope is in another namespace": lambda tables: msgspec.structs.replace(tables, namespace="urn:other"),
    "numbers are rounded": lambda tables: msgspec.structs.replace(tables, makers=MakerTable(decimal=rounded)),
    "verbs are free": lambda tables: msgspec.structs.replace(tables, verbs=(*tables.verbs, "CREATED", "1", "OK")),
}
"""Codecs that read otherwise than they should."""


def rounded(text: str) -> Decimal:
    return Decimal(text).normalize()


@needs_native
@pytest.mark.parametrize("sabotage", SABOTAGED)
def test_a_codec_that_reads_otherwise_is_noticed(sabotage: str) -> None:
    result = fuzz([codec(SABOTAGED[sabotage])], count=COUNT, seed=SEED, most_wrong=1)

    assert result.wrong


@needs_native
def test_the_command_repeats_one_mutant_and_counts() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cimbus.testing.codec_fuzz", "--count", "50", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    read, written, in_json = done.stdout.splitlines()
    assert read.startswith("50 mutants, ")
    assert re.fullmatch(r"50 mutants in JSON, \d+ accepted, 0 wrong, seed 7", in_json)
    assert re.fullmatch(r"\d+ changed messages, \d+ accepted, 0 wrong, seed 7", written)
    assert read.endswith(" 0 wrong, seed 7")


def test_without_the_native_codec_the_command_says_why() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cimbus.testing.codec_fuzz", "--count", "1"],
        env={"CIMBUS_NATIVE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "turned off by CIMBUS_NATIVE=0" in done.stderr
