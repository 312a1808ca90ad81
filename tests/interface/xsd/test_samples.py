"""Samples of every noun of a schema are accepted by it, and come back equal; in XML, and by way of JSON.

With ``CIMBUS_SCHEMA_PATH``, those of all schemas that are found there, too.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree

from cimbus import SchemaError, decode_noun, encode_noun
from cimbus.interface.xsd import describe, made_of
from cimbus.testing import sample
from interface.xsd.schemas import COMMON, DEVICES, OUTAGES, QUERY, written
from interface.xsd.test_simple_types import TYPES
from interface.xsd.test_substitutes import STATIONS

FOLDER = os.environ.get("CIMBUS_SCHEMA_PATH", "")
GIVEN = sorted(Path(FOLDER).rglob("*.xsd")) if FOLDER else []
SEEDS = range(20)
ELEMENT = '<xs:element name="{0}" type="m:{0}" maxOccurs="2"/>'
CHILDREN = "".join(ELEMENT.format(name) for name in ("Quality", "When", "Reals", "Octet"))
TYPED = f'<xs:element name="Typed"><xs:complexType><xs:sequence>{CHILDREN}</xs:sequence></xs:complexType></xs:element>'
OWN = {
    "Devices": DEVICES + COMMON,
    "Outages": OUTAGES + COMMON,
    "GetOutages": QUERY,
    "Stations": STATIONS + COMMON,
    "Typed": TYPED + TYPES,
}


def check(path: Path) -> int:
    """Check the samples of a schema; return of how many nouns."""
    description = describe(path)
    profile, valid = made_of(description), etree.XMLSchema(etree.parse(path))
    for noun in description.nouns:
        for seed in SEEDS:
            made = sample(getattr(profile, noun.cls), seed=seed, full=seed == 0)
            data = encode_noun(made, strict=True)
            valid.assertValid(etree.fromstring(data))
            read = decode_noun(data, strict=True)
            assert read == made
            valid.assertValid(etree.fromstring(encode_noun(read)))
            assert decode_noun(encode_noun(made, "json"), strict=True) == made
    return len(description.nouns)


@pytest.mark.parametrize("name", OWN)
def test_samples_of_our_schemas(tmp_path, name):
    assert check(written(tmp_path, name, OWN[name], f"urn:test:samples:{name}#"))


@pytest.mark.skipif(not GIVEN, reason="CIMBUS_SCHEMA_PATH names no schemas")
def test_samples_of_the_schemas_that_are_given():
    refused: dict[str, str] = {}
    nouns = 0
    for path in GIVEN:
        try:
            nouns += check(path)
        except SchemaError as error:
            refused[path.name] = error.reason

    assert nouns
    assert set(refused.values()) <= {
        "it declares no element that could be a noun",
        "text between elements (mixed content) has no form in a class",
    }
