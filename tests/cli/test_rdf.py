"""``cimbus rdf``: headers of network models, and their objects by class."""

from __future__ import annotations

import json

from interface.codecs.rdf.documents import DIFFERENCE, FULL


def test_the_header_and_the_objects_of_each_class_are_shown(cimbus, tmp_path):
    path = tmp_path / "full.xml"
    path.write_text(FULL, encoding="utf-8")

    code, out, err = cimbus("rdf", str(path))

    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{path}: FullModel, 2 objects"
    assert "profiles\turn:p:op" in out
    assert "\tACLineSegment\t1" in out


def test_json_is_an_object_a_file_and_a_bad_file_fails(cimbus, tmp_path):
    path, bad = tmp_path / "difference.xml", tmp_path / "bad.xml"
    path.write_text(DIFFERENCE, encoding="utf-8")
    bad.write_text("<a/>", encoding="utf-8")

    code, out, err = cimbus("rdf", "--json", str(bad), str(tmp_path / "nowhere"), str(path))
    found = json.loads(out)

    assert code == 1
    assert "not rdf:RDF" in err
    assert "No such file" in err
    assert found["header"]["DependentOn"] == ["urn:uuid:11"]
    assert {"change": "forwardDifferences", "class": "ACLineSegment", "count": 1} in found["classes"]
