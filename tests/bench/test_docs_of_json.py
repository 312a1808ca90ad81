"""The page on load scenarios names every attribute of the JSON, and the bounds of the tiers."""

from __future__ import annotations

from pages import ROOT, tables

from cimbus.bench import result
from cimbus.bench.latency import Percentiles
from cimbus.bench.tiers import TIERS

PAGE = ROOT / "docs" / "bench.md"
OBJECTS = {
    "(root)": result.BenchResult,
    "headroom": result.Headroom,
    "runs": result.RunResult,
    "streams": result.StreamResult,
    "latency": Percentiles,
    "processes": result.ProcessUse,
    "stages": result.StageCost,
    "cost": result.MessageCost,
    "timeline": result.Timeline,
    "limits": result.LoadLimit,
    "peers": result.PeerResult,
    "soaks": result.SoakResult,
    "samples": result.SoakTimeline,
}


def test_each_attribute_of_the_json_is_documented():
    rows = {name: set(attributes.split(", ")) for name, attributes in tables(PAGE)["The JSON"]}

    assert rows == {name: set(each.__struct_fields__) for name, each in OBJECTS.items()}


def test_the_bounds_are_those_of_the_tiers():
    text = PAGE.read_text(encoding="utf-8")

    assert all(f"| {tier.name} | {tier.bound:g} s |" in text for tier in TIERS.values())
