"""Run one parser's fuzzer, from the folder ``tests``.

    python -m fuzz.run PARSER [--count N] [--seed S] [--only I]

Input number I of seed S is the same everywhere, so that ``--only I`` repeats a failure. ``CIMBUS_FUZZ_CORPUS`` names
files or folders with more documents to begin with. The exit status is 1 if anything failed.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import traceback
from random import Random
from typing import Any

from . import checks

MOST_SECONDS = 1.0
"""Time of this process for one input and all that is checked of it."""
MOST_MEGABYTES = 200.0
"""What the largest size of this process may grow by one input."""


def made(parser: str, seed: int, index: int) -> Any:
    """Return one input."""
    return checks.PARSERS[parser][0](Random(f"{parser}/{seed}/{index}"))


def failure(parser: str, seed: int, index: int) -> str:
    """Check one input; return what is wrong with how to repeat it, empty if nothing is."""
    given = made(parser, seed, index)
    before, start = megabytes(), time.process_time()
    found = ""
    with checks.unguarded():
        try:
            checks.PARSERS[parser][1](given)
        except Exception:  # noqa: BLE001  # whatever it is, it is what was looked for
            found = traceback.format_exc(limit=-6)
    took, grown = time.process_time() - start, megabytes() - before
    if not found and took > MOST_SECONDS:
        found = f"took {took:.1f} s"
    if not found and grown > MOST_MEGABYTES:
        found = f"took {grown:.0f} MB"
    if not found:
        return ""
    return (
        f"{found}\ninput: {_shown(given)}\nrepeat it in the folder tests with: "
        f"python -m fuzz.run {parser} --seed {seed} --only {index}\n"
    )


def _shown(given: Any) -> str:
    try:
        return ascii(given)[:20_000]
    except Exception as error:  # noqa: BLE001  # values whose repr fails are among the inputs
        return f"({type(error).__name__} in its repr)"


def megabytes() -> float:
    """Return the largest size that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parser", choices=sorted(checks.PARSERS))
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, default=None)
    parser.add_argument("--most", type=int, default=20, help="failures after which it stops")
    given = parser.parse_args()
    failed, slowest, start = 0, 0.0, time.monotonic()
    for index in range(given.count) if given.only is None else (given.only,):
        begin = time.process_time()
        if found := failure(given.parser, given.seed, index):
            failed += 1
            print(found, flush=True)
            if failed >= given.most:
                break
        slowest = max(slowest, time.process_time() - begin)
    print(
        f"{given.parser}: {failed} failures, seed {given.seed}, {time.monotonic() - start:.0f} s, "
        f"slowest {slowest:.2f} s, {megabytes():.0f} MB"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
