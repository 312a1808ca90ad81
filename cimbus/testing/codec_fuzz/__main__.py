"""The command; see the package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cimbus.interface.codecs.native import load

from .documents import OURS, nouns_of
from .run import FuzzResult, fuzz, fuzz_encoding, make_codec, read_corpus
from .run_json import as_json, fuzz_json


def main() -> int:
    """Run what the command line says; 1 if anything was read wrongly, 2 if there is no native codec."""
    parser = argparse.ArgumentParser(
        prog="python -m cimbus.testing.codec_fuzz", description="Compare the native codec with the one in Python."
    )
    parser.add_argument("--count", type=int, default=10_000, help="mutants (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: %(default)s)")
    parser.add_argument("--only", type=int, help="the number of one mutant")
    parser.add_argument("--corpus", type=Path, nargs="*", default=[], help="files or folders with more documents")
    parser.add_argument(
        "--nouns", default=OURS, metavar="MODULE", help="what declares the nouns (default: %(default)s)"
    )
    given = parser.parse_args()
    nouns = nouns_of(given.nouns)
    codecs = [codec for in_parts in (False, True) if (codec := make_codec(in_parts=in_parts)) is not None]
    if not codecs:
        print(f"there is no native codec: {load().reason}", file=sys.stderr)
        return 2
    bases = read_corpus(given.corpus)
    first, count = (0, given.count) if given.only is None else (given.only, 1)
    result = fuzz(codecs, count=count, seed=given.seed, first=first, nouns=nouns, bases=bases)
    written = fuzz_encoding(codecs[0], count=count, seed=given.seed, first=first, nouns=nouns)
    in_json = fuzz_json(
        codecs[0],
        count=count,
        seed=given.seed,
        first=first,
        nouns=nouns,
        bases=[*read_corpus(given.corpus, ".json"), *as_json(bases)],
    )
    _report("mutants", result, given.seed)
    _report("changed messages", written, given.seed)
    _report("mutants in JSON", in_json, given.seed)
    return 1 if result.wrong or written.wrong or in_json.wrong else 0


def _report(what: str, result: FuzzResult, seed: int) -> None:
    for index, wrong in result.wrong:
        print(f"{wrong}\nrepeat it with --seed {seed} --only {index}\n")
    print(f"{result.mutants} {what}, {result.accepted} accepted, {len(result.wrong)} wrong, seed {seed}")


if __name__ == "__main__":
    sys.exit(main())
