"""Many mutants of JSON documents, compared; number ``I`` of seed ``S`` is the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Final

from cimbus.errors import CimbusError
from cimbus.interface.codecs import DEFAULT_LIMITS, encode
from cimbus.interface.codecs.native import Codec
from cimbus.interface.codecs.xml import walk_xml
from cimbus.interface.model import Noun

from .compare_json import compare_json, compare_json_header
from .documents import OURS, nouns_of
from .json_documents import json_document
from .json_mutants import json_mutant
from .run import FuzzResult

_OFTEN: Final = 20
"""Mutants of one document: making it costs as much as comparing several."""


def fuzz_json(
    codec: Codec,
    *,
    count: int,
    seed: int,
    first: int = 0,
    nouns: Sequence[Noun] = (),
    bases: Sequence[bytes] = (),
    most_wrong: int = 20,
) -> FuzzResult:
    """Compare how mutants of JSON documents are read; arguments as of ``fuzz``.

    >>> from cimbus.testing.codec_fuzz.run import make_codec
    >>> codec = make_codec()
    >>> fuzz_json(codec, count=20, seed=1).wrong if codec else []
    []
    """
    nouns, result = nouns or nouns_of(OURS), FuzzResult()
    for index in range(first, first + count):
        data = json_made(seed, index, nouns, bases)
        compared, head = compare_json(codec, data), compare_json_header(codec, data)
        result.mutants += 1
        result.accepted += compared.accepted
        wrong = [each.wrong for each in (compared, head) if each.wrong]
        result.wrong += [(index, f"{each}\ndocument: {data!r}") for each in wrong]
        if len(result.wrong) >= most_wrong:
            break
    return result


def json_made(seed: int, index: int, nouns: Sequence[Noun], bases: Sequence[bytes] = ()) -> bytes:
    """Return one mutant.

    >>> json_made(1, 7, nouns_of(OURS)) == json_made(1, 7, nouns_of(OURS))
    True
    """
    number = index // _OFTEN
    base = _base(seed, number, tuple(nouns)) if not bases or number % 2 else bases[number // 2 % len(bases)]
    return json_mutant(base, Random(f"{seed}/json/{index}"))


@lru_cache(maxsize=1)  # mutants of one document follow one another
def _base(seed: int, number: int, nouns: tuple[Noun, ...]) -> bytes:
    return json_document(Random(f"{seed}/json document/{number}"), nouns)


def as_json(documents: Sequence[bytes]) -> list[bytes]:
    """Return the messages among XML documents in JSON.

    >>> as_json([b"<Message><Header><Verb>get</Verb><Noun>X</Noun></Header></Message>", b"<a/>"])
    [b'{"Message":{"Header":{"Verb":"get","Noun":"X"}}}']
    """
    found: list[bytes] = []
    for document in documents:
        try:
            found.append(encode(walk_xml(document, strict=False, limits=DEFAULT_LIMITS), "json"))
        except CimbusError:
            continue
    return found
