"""The metrics of several processes as one text, each sample with the number of its worker.

The formats are those of Prometheus (text 0.0.4) and OpenMetrics 1.0, which have a line for each sample; ``# HELP``,
``# TYPE`` and ``# UNIT`` stand once for each family, in front of its samples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_SAMPLE: Final = re.compile(r'(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?(?P<rest> .*)')
"""A sample: its name, its labels (the value of one may hold braces, and quotes behind a backslash), and the number."""
_END: Final = "# EOF"
"""The last line of OpenMetrics."""


def merged(expositions: Mapping[int, str]) -> str:
    r"""Return one exposition for those of several workers, by number.

    >>> text = '# TYPE handled counter\nhandled{consumer="OMS"} 3\nup 1\n'
    >>> print(merged({1: text, 2: text}))
    # TYPE handled counter
    handled{worker="1",consumer="OMS"} 3
    up{worker="1"} 1
    handled{worker="2",consumer="OMS"} 3
    up{worker="2"} 1
    <BLANKLINE>
    """
    families: dict[str, tuple[list[str], list[str]]] = {}
    ends = False
    for worker, text in expositions.items():
        family = ""
        for line in text.splitlines():
            ends = ends or line == _END
            if line.startswith("# ") and line != _END:
                family = line.split(" ", 3)[2]
                comments = families.setdefault(family, ([], []))[0]
                if line not in comments:
                    comments.append(line)
            elif sample := _SAMPLE.fullmatch(line):
                families.setdefault(family, ([], []))[1].append(_labelled(sample, worker))
    lines = [line for comments, samples in families.values() for line in (*comments, *samples)]
    return "\n".join((*lines, _END) if ends else lines) + "\n"


def _labelled(sample: re.Match[str], worker: int) -> str:
    labels = f'worker="{worker}"' + (f",{sample['labels']}" if sample["labels"] else "")
    return f"{sample['name']}{{{labels}}}{sample['rest']}"
