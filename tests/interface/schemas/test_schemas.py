"""The schemas that come out of a declaration accept what is valid for it, and refuse what is not."""

from __future__ import annotations

import jsonschema
import msgspec
import orjson
import pytest
from lxml import etree

from cimbus import encode_noun
from cimbus.interface.model import all_nouns, noun_of, spec_of
from cimbus.interface.schemas import json_schema, markdown_page, xml_schema
from cimbus.interface.xsd import describe, made_of
from cimbus.testing import sample
from interface.model.profile import PROFILE, DeclaredProfile

BUILT_IN = [entry for entry in all_nouns() if entry.cls.__module__.startswith("cimbus.")]


def name_of(entry):
    return f"{entry.name}-{entry.source}"


@pytest.mark.parametrize("entry", BUILT_IN, ids=name_of)
def test_samples_of_a_noun_are_valid_for_its_schemas(entry):
    valid = etree.XMLSchema(etree.fromstring(xml_schema(entry).encode()))
    json_valid = jsonschema.Draft202012Validator(json_schema(entry))

    for seed in range(3):
        made = sample(entry.cls, seed=seed, full=seed == 0)
        valid.assertValid(etree.fromstring(encode_noun(made, strict=True)))
        json_valid.validate(orjson.loads(encode_noun(made, "json")))


@pytest.mark.parametrize("seed", range(20))
def test_samples_of_a_noun_with_everything_are_valid(seed):
    entry = noun_of(DeclaredProfile)
    made = sample(DeclaredProfile, seed=seed)

    etree.XMLSchema(etree.fromstring(xml_schema(entry).encode())).assertValid(
        etree.fromstring(encode_noun(made, strict=True))
    )
    jsonschema.Draft202012Validator(json_schema(entry)).validate(orjson.loads(encode_noun(made, "json")))


@pytest.mark.parametrize(
    "changed",
    [
        {"Meter": [], "EndDevice": []},
        {"first": "f", "second": "s"},
        {"state": "too long"},
        {"code": []},
        {"EndDevice": [{"mRID": "short"}]},
    ],
)
def test_what_the_class_does_not_allow_the_json_schema_refuses(changed):
    schema = json_schema(noun_of(DeclaredProfile))
    document = orjson.loads(encode_noun(PROFILE, "json"))
    jsonschema.validate(document, schema)

    document["DeclaredProfile"].update(changed)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


@pytest.mark.parametrize("name", ["MaintenanceOrders", "MeterConfig", "EndDeviceControls", "DeclaredProfile"])
def test_the_schema_of_a_noun_gives_the_noun_again(name, tmp_path):
    entry = next(entry for entry in all_nouns() if entry.name == name)
    path = tmp_path / "noun.xsd"
    # in another namespace, so that the noun itself stays registered
    path.write_text(xml_schema(entry).replace(entry.namespace, f"urn:test:again:{name}#"), encoding="utf-8")

    again = getattr(made_of(describe(path)), name)

    def plain(cls):
        fields = {msgspec.structs.replace(each, name="", type=None, model_reference="") for each in spec_of(cls).fields}
        return fields, set(spec_of(cls).choices)

    assert plain(again) == plain(entry.cls)


def test_a_page_has_children_cardinality_types_and_cim_attributes():
    page = markdown_page(noun_of(DeclaredProfile))

    assert "| `Meter` | 0..* | [MeterOf](#meterof) |" in page
    assert "| `digits` | 0..1 | integer (ge 1, le 9) |" in page
    assert "| `mRID` | 0..1 | string (pattern [0-9a-f-]{36}) | IdentifiedObject.mRID |" in page
    assert "Choice: any of `Meter`, `EndDevice`." in page
