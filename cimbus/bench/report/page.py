"""The HTML page: a template, filled with the numbers of the JSON by their paths in it."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import msgspec

from cimbus.bench.extras import needed
from cimbus.bench.result import BenchResult
from cimbus.bench.scenario import sources

from .plots import plots_of

__all__ = ["report_page"]


def report_page(result: BenchResult) -> str:
    """Return the report of a load as one HTML page.

    Each number stands in an element with ``data-json``, its path in the JSON: ``runs/0/streams/2/latency/p99``.

    Raises:
        MissingExtraError: the extra ``bench`` is not installed.

    >>> from cimbus.bench.result import VERSION
    >>> result = BenchResult(version=VERSION, began="", command={}, bus="memory:", machine={}, headroom=(), runs=())
    >>> report_page(result).startswith("<!doctype html>")
    True
    """
    jinja = needed("jinja2")
    tree: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    environment = jinja.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja.StrictUndefined
    )
    markup = needed("markupsafe").Markup

    def number(path: str, form: str = ",g", unit: str = "", scale: float = 1.0) -> Any:
        """Return the element of one number; ``scale`` is what it is multiplied by to be shown."""
        value = _at(tree, path)
        text = "-" if value is None else str(value) if isinstance(value, (str, bool)) else format(value * scale, form)
        return markup('<span data-json="{}" title="{}">{}</span>{}').format(path, json.dumps(value), text, unit)

    text = resources.files(__name__.rpartition(".")[0]).joinpath("page.html.j2").read_text(encoding="utf-8")
    plots = [{name: markup(svg) for name, svg in each.items()} for each in plots_of(result)]
    return str(environment.from_string(text).render(result=tree, n=number, plots=plots, sources=sources()))


def _at(tree: Any, path: str) -> Any:
    found = tree
    for step in path.split("/"):
        found = found[int(step) if isinstance(found, list) else step]
    return found
