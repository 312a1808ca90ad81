"""The picture of who publishes what to whom."""

from __future__ import annotations

import sys
from xml.etree import ElementTree as ET

import pytest

from cimbus import MissingExtraError
from cimbus.irm.picture import draw, linked

SVG = "{http://www.w3.org/2000/svg}"


def test_each_object_stands_between_those_who_write_and_those_who_read_it():
    pytest.importorskip("drawsvg")
    tree = ET.fromstring(draw(linked("EDO")))
    texts = [each.text for each in tree.iter(f"{SVG}text")]
    titles = [each.text for each in tree.iter(f"{SVG}title")]

    assert {"End Device Event", "End Device Operation", "FM"} <= set(texts)
    assert "EDO End Device Data Acquisition" in titles
    assert "FM Fault Identification" in titles
    assert "Trade Bid" not in texts


def test_the_whole_picture_has_every_link_once_and_doubtful_ones_dashed():
    pytest.importorskip("drawsvg")
    tree = ET.fromstring(draw(linked()))
    lines = list(tree.iter(f"{SVG}path"))
    sides = [{link.function for link in side} for each in linked() for side in (each.written_by, each.read_by)]

    assert len(linked()) == 62
    assert len(lines) == sum(map(len, sides))
    assert sum("stroke-dasharray" in line.attrib for line in lines) == 2


def test_without_the_library_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "drawsvg", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'cimbus\[svg\]'"):
        draw(linked())
