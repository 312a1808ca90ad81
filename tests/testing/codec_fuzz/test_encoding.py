"""50 000 messages, written natively and in Python, and whether comparing notices a codec that writes otherwise."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from interface.codecs.native.codecs import codec, needs_native
from interface.model.profile import DeclaredProfile

from cimbus.interface.codecs.native.forms import FormTables, PartTable
from cimbus.interface.model import noun_of
from cimbus.testing.codec_fuzz import fuzz_encoding
from cimbus.testing.codec_fuzz.changes import OtherText

SEED = 61968
COUNT = 50_000
PIECES = 5
LEAST_ACCEPTED = 0.3
"""Of the messages; about two fifths are: most of the others hold what cannot be written."""


@needs_native
@pytest.mark.parametrize("piece", range(PIECES))
def test_what_the_native_codec_writes_the_writer_in_python_writes_the_same(piece: int) -> None:
    number = COUNT // PIECES

    result = fuzz_encoding(codec(), count=number, seed=SEED, first=piece * number)

    assert result.wrong == []
    assert result.accepted > LEAST_ACCEPTED * number


def changed_parts(change: Callable[[PartTable], PartTable]) -> Callable[[FormTables], FormTables]:
    def of_all(tables: FormTables) -> FormTables:
        forms = [msgspec.structs.replace(form, parts=[change(each) for each in form.parts]) for form in tables.forms]
        return msgspec.structs.replace(tables, forms=forms)

    return of_all


def in_reverse(tables: FormTables) -> FormTables:
    forms = [msgspec.structs.replace(form, parts=form.parts[::-1]) for form in tables.forms]
    return msgspec.structs.replace(tables, forms=forms)


SABOTAGED = {
    "mandatory children may be missing": changed_parts(lambda part: msgspec.structs.replace(part, mandatory=False)),
    "children are in another order": in_reverse,
    "every noun has one namespace": lambda tables: msgspec.structs.replace(
        tables, forms=[msgspec.structs.replace(form, declared=' xmlns="urn:other"') for form in tables.forms]
    ),
    "attributes are elements": changed_parts(lambda part: msgspec.structs.replace(part, place="element")),
    "an unlisted class of texts": lambda tables: msgspec.structs.replace(tables, texts=[*tables.texts, OtherText]),
    "what is beside the nouns is not looked at": lambda tables: msgspec.structs.replace(
        tables, payload_fields=("items", "in_request", "operation_set", "was_compressed", "ids", *("extensions",) * 3)
    ),
    "another namespace": lambda tables: msgspec.structs.replace(tables, declared=' xmlns="urn:other"'),
}
"""Codecs that write otherwise than they should."""


@needs_native
def test_dates_and_durations_are_written_the_same_and_comparing_notices_them() -> None:
    as_texts = changed_parts(lambda part: msgspec.structs.replace(part, write=str) if part.kind == "call" else part)
    profile = [noun_of(DeclaredProfile)]

    right = fuzz_encoding(codec(), count=5_000, seed=SEED, nouns=profile)
    wrong = fuzz_encoding(codec(change_forms=as_texts), count=5_000, seed=SEED, nouns=profile, most_wrong=1)

    assert right.wrong == []
    assert right.accepted > 500
    assert len(wrong.wrong) == 1


@needs_native
@pytest.mark.parametrize("sabotage", SABOTAGED)
def test_a_codec_that_writes_otherwise_is_noticed(sabotage: str) -> None:
    result = fuzz_encoding(codec(change_forms=SABOTAGED[sabotage]), count=COUNT, seed=SEED, most_wrong=1)

    assert len(result.wrong) == 1
