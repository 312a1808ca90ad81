"""``cimbus catalog``: the reference model on the command line."""

from __future__ import annotations

import json
from collections import Counter

import pytest


def records(out):
    return [json.loads(line) for line in out.splitlines()]


def test_json_has_everything_with_its_source(cimbus):
    code, out, err = cimbus("catalog", "--json")
    found = records(out)
    counts = Counter(each["record"] for each in found)

    assert (code, err) == (0, "")
    assert counts == {"function": 17, "object": 106, "noun": 75, "part": 10, "layer": 7, "fact": 24}
    assert all(each.get("source") or each.get("quality") for each in found)
    assert all(each["function_source"] == "inference" for each in found if each["record"] == "noun")
    assert {each["name"] for each in found if each.get("typed")} >= {"MeterReadings", "GetMeterReadings"}


def test_one_function_has_its_objects_links_and_nouns(cimbus):
    code, out, _ = cimbus("catalog", "--function", "fm")

    assert code == 0
    assert out.splitlines()[0].startswith("FM\tFault Management\t4.3.7")
    assert "End Device Event\tEDO End Device Data Acquisition\tFM Fault Identification\tEndDeviceEvents" in out
    assert "UnplannedOutages\t3\tname" in out
    assert "AssetList\t4" not in out
    code, out, _ = cimbus("catalog", "--function", "WM")
    assert "not known: breakdown not public" in out


def test_one_part_and_one_noun(cimbus):
    _, out, _ = cimbus("catalog", "--part", "5", "--json")
    assert {each["record"] for each in records(out)} == {"noun", "part"}
    assert {each["part"] for each in records(out) if each["record"] == "noun"} == {"5"}
    _, out, _ = cimbus("catalog", "--noun", "EndDeviceEvents", "--json")
    assert [each["name"] for each in records(out)] == ["End Device Event", "EndDeviceEvents"]


def test_a_picture_is_written(cimbus, tmp_path):
    pytest.importorskip("drawsvg")
    code, out, _ = cimbus("catalog", "--svg", str(tmp_path / "irm.svg"), "--function", "EDO")

    assert (code, out.strip()) == (0, str(tmp_path / "irm.svg"))
    assert "End Device Event" in (tmp_path / "irm.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--function", "XX"), "no business function 'XX'"),
        (("--part", "99"), "no part '99'; there are 3, 4"),
        (("--noun", "Meters"), "noun 'Meters'"),
    ],
)
def test_an_unknown_name_is_wrong_usage(cimbus, option, said):
    code, out, err = cimbus("catalog", *option)

    assert (code, out) == (2, "")
    assert said in err
