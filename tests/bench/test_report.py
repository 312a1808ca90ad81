"""The report: one file, no network, and each of its numbers is in the JSON."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import msgspec
import pytest

from cimbus.bench.benchmark import BenchOptions, run_benchmark
from cimbus.bench.report import report_page
from cimbus.bench.result import BenchResult, LoadLimit, PeerResult
from cimbus.bench.scenario import load_scenario

pytestmark = pytest.mark.anyio

MOST_BYTES = 3_000_000


class Numbers(HTMLParser):
    """Finds the elements with a path in the JSON, and texts with digits that have none."""

    def __init__(self):
        super().__init__()
        self.found, self.links, self.path, self.raw = [], [], None, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [value for name, value in attrs if name in ("src", "href") and not value.startswith("#")]
        if "data-json" in given:
            self.path, self.raw = given["data-json"], given["title"]

    def handle_data(self, data):
        if self.path is not None:
            self.found.append((self.path, self.raw, data))
            self.path = None


def at(tree, path):
    for step in path.split("/"):
        tree = tree[int(step) if isinstance(tree, list) else step]
    return tree


async def test_the_page_shows_the_json_and_nothing_else(anyio_backend_name):
    scenarios = [load_scenario("storm"), load_scenario("on-demand-reads")]
    result = await run_benchmark(scenarios, BenchOptions(url=f"memory:report-{anyio_backend_name}", seconds=0.5))
    limit = LoadLimit(factor=2, failed=3, bottleneck="decode", reason="it is busy", tried=((2, True), (3, False)))
    peer = PeerResult(name="paho", task="publish", count=1, rate=2.0, cpu=3.0, ratio=4.0)
    result = msgspec.structs.replace(result, limits={"storm": limit}, peers=(peer,))

    page = report_page(result)

    tree = json.loads(msgspec.json.encode(result))
    numbers = Numbers()
    numbers.feed(page)
    assert len(page.encode()) < MOST_BYTES
    assert len(numbers.found) > 100
    assert [(path, at(tree, path)) for path, _, _ in numbers.found] == [
        (path, json.loads(raw)) for path, raw, _ in numbers.found
    ]
    assert numbers.links == []
    assert page.count("<svg") == 4 * len(scenarios)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    for title in (each.title for each in scenarios):
        assert title in page


async def test_the_json_is_read_back_as_it_was(anyio_backend_name):
    options = BenchOptions(url=f"memory:json-{anyio_backend_name}", seconds=0.5)
    result = await run_benchmark([load_scenario("storm")], options)

    assert msgspec.json.decode(msgspec.json.encode(result), type=BenchResult) == result
