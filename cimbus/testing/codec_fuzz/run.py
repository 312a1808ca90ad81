"""Many mutants, compared; number ``I`` of seed ``S`` is the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from cimbus.errors import CimbusError
from cimbus.interface.codecs import DEFAULT_LIMITS
from cimbus.interface.codecs.native import Codec, load
from cimbus.interface.codecs.native.forms import FormTables, form_tables
from cimbus.interface.codecs.native.tables import Tables, tables_of
from cimbus.interface.codecs.xml import walk_xml
from cimbus.interface.message import Message
from cimbus.interface.model import Noun, all_nouns

from .changes import changed
from .compare import HEAD, compare, compare_header
from .compare_encoding import compare_encoding
from .documents import OURS, document, message_of, nouns_of
from .mutants import mutant

_OFTEN: Final = 20
"""Mutants of one document: making it costs as much as comparing several."""


class FuzzResult(msgspec.Struct):
    """What came of a run.

    Attributes:
        mutants: how many documents there were.
        accepted: how many of them the native codec read.
        wrong: what it read otherwise than the walker, each with the number of the mutant.

    >>> FuzzResult().accepted
    0
    """

    mutants: int = 0
    accepted: int = 0
    wrong: list[tuple[int, str]] = []


def make_codec(
    change: Callable[[Tables], Tables] | None = None,
    *,
    change_forms: Callable[[FormTables], FormTables] | None = None,
    in_parts: bool = False,
) -> Codec | None:
    """Return a native codec of its own, None where the distribution is missing.

    Args:
        change: makes other tables of the right ones, to see that comparing notices.
        change_forms: the same for the tables of the writer.
        in_parts: it reads all documents as it does large ones, whose payloads are made when they are looked at.

    >>> make_codec() is None or True
    True
    """
    module = load().module
    if module is None:
        return None
    tables = tables_of(all_nouns())
    tables = tables if change is None else change(tables)
    forms = form_tables(entry.cls for entry in all_nouns())
    forms = forms if change_forms is None else change_forms(forms)
    return module.Codec(tables, forms, 0) if in_parts else module.Codec(tables, forms)


def fuzz(
    codecs: Sequence[Codec],
    *,
    count: int,
    seed: int,
    first: int = 0,
    nouns: Sequence[Noun] = (),
    bases: Sequence[bytes] = (),
    most_wrong: int = 20,
) -> FuzzResult:
    """Compare mutants.

    Args:
        codecs: native codecs, each of which reads each document.
        count: how many.
        seed: which.
        first: the number of the first one.
        nouns: what the documents are about; by default, our nouns.
        bases: documents to begin with, beside those that are made here.
        most_wrong: how many wrong ones end the run.

    >>> codec = make_codec()
    >>> fuzz([codec], count=20, seed=1).wrong if codec else []
    []
    """
    nouns, result = nouns or nouns_of(OURS), FuzzResult()
    for index in range(first, first + count):
        data = made(seed, index, nouns, bases)
        compared = [compare(codec, data) for codec in codecs]
        head = compare_header(codecs[0], data)
        result.mutants += 1
        if head.wrong:
            result.wrong.append((index, f"{head.wrong}\ndocument: {data!r}"))
        if compared[0].accepted and not head.accepted and len(data) <= HEAD:
            result.wrong.append((index, f"taken as a whole, and its header not by itself\ndocument: {data!r}"))
        result.accepted += any(each.accepted for each in compared)
        for each in compared:
            if each.wrong:
                result.wrong.append((index, f"{each.wrong}\ndocument: {data!r}"))
        if len({each.accepted for each in compared}) > 1:
            result.wrong.append((index, f"taken by one way of reading and not by the other\ndocument: {data!r}"))
        if len(result.wrong) >= most_wrong:
            break
    return result


def fuzz_encoding(
    codec: Codec, *, count: int, seed: int, first: int = 0, nouns: Sequence[Noun] = (), most_wrong: int = 20
) -> FuzzResult:
    """Compare how changed messages are written, and those that mutants are read as; arguments as of ``fuzz``.

    >>> codec = make_codec()
    >>> fuzz_encoding(codec, count=20, seed=1).wrong if codec else []
    []
    """
    nouns, result = nouns or nouns_of(OURS), FuzzResult()
    for index in range(first, first + count):
        message = _message(seed, index, tuple(nouns))
        if message is None:
            continue
        compared = compare_encoding(codec, message)
        result.mutants += 1
        result.accepted += compared.accepted
        if compared.wrong:
            result.wrong.append((index, compared.wrong))
        if len(result.wrong) >= most_wrong:
            break
    return result


def _message(seed: int, index: int, nouns: tuple[Noun, ...]) -> Message[Any] | None:
    """Return one changed message; one of three was read from a mutant, None if that is no message."""
    random = Random(f"{seed}/message/{index}")
    if index % 3:
        return changed(_base_message(seed, index // _OFTEN, nouns), random)
    try:
        message = walk_xml(made(seed, index, nouns), strict=False, limits=DEFAULT_LIMITS)
        _ = message.payload_area
    except CimbusError:
        return None
    return message if random.random() < 0.5 else changed(message, random)


@lru_cache(maxsize=1)
def _base_message(seed: int, number: int, nouns: tuple[Noun, ...]) -> Message[Any]:
    return message_of(Random(f"{seed}/message of/{number}"), nouns)


def made(seed: int, index: int, nouns: Sequence[Noun], bases: Sequence[bytes] = ()) -> bytes:
    """Return one mutant.

    >>> made(1, 7, nouns_of(OURS)) == made(1, 7, nouns_of(OURS))
    True
    """
    number = index // _OFTEN
    base = _base(seed, number, tuple(nouns)) if not bases or number % 2 else bases[number // 2 % len(bases)]
    return mutant(base, Random(f"{seed}/{index}"))


@lru_cache(maxsize=1)  # mutants of one document follow one another
def _base(seed: int, number: int, nouns: tuple[Noun, ...]) -> bytes:
    return document(Random(f"{seed}/document/{number}"), nouns)


def read_corpus(paths: Iterable[Path], suffix: str = ".xml") -> list[bytes]:
    """Return the files at and below paths whose names end so.

    >>> read_corpus([])
    []
    """
    files = [file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    return [file.read_bytes() for file in files if file.suffix.lower() == suffix]
