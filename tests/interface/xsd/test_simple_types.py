"""Unions and lists: what the schema accepts, strict reading accepts; what the classes write, the schema accepts."""

from __future__ import annotations

import pytest
from lxml import etree

from cimbus import DecodeError, StrictError, decode_noun, encode_noun
from cimbus.interface.model import noun_of, spec_of
from cimbus.interface.schemas import json_schema, xml_schema
from cimbus.interface.xsd import describe, made_of, python_source
from cimbus.testing import sample
from interface.xsd.schemas import written

URI = "urn:test:Simple#"
TYPES = """
<xs:simpleType name="UInt8"><xs:restriction base="xs:integer">
  <xs:minInclusive value="0"/><xs:maxInclusive value="255"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Quality"><xs:union memberTypes="m:UInt8"><xs:simpleType><xs:restriction base="m:UInt8">
  <xs:enumeration value="0"/><xs:enumeration value="14"/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>
<xs:simpleType name="Small"><xs:union memberTypes="m:UInt8"><xs:simpleType><xs:restriction base="xs:int">
  <xs:enumeration value="-1"/><xs:enumeration value="1000"/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>
<xs:simpleType name="Word"><xs:restriction base="xs:string">
  <xs:enumeration value="now"/><xs:enumeration value="never"/></xs:restriction></xs:simpleType>
<xs:simpleType name="When"><xs:union memberTypes="xs:date xs:dateTime m:Word"/></xs:simpleType>
<xs:simpleType name="Reals"><xs:list itemType="xs:decimal"/></xs:simpleType>
<xs:simpleType name="Pair"><xs:restriction base="m:Reals"><xs:length value="2"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Whens"><xs:list itemType="m:When"/></xs:simpleType>
<xs:simpleType name="Octet"><xs:restriction base="xs:hexBinary">
  <xs:maxLength value="2"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Either"><xs:union memberTypes="m:Pair xs:boolean"/></xs:simpleType>
"""
CHILDREN = ("Quality", "Small", "When", "Reals", "Pair", "Whens", "Octet", "Either")
TEXTS = {
    "Quality": ["0", "14", "255", "256", "-1", "x", "+7"],
    "Small": ["-1", "1000", "1001", "255", "-2"],
    "When": ["2026-03-01", "2026-03-01Z", "2026-03-01T12:00:00", "now", "soon", "", "2026-13-01", "12:00:00"],
    "Reals": ["", "1", "1 2.50  -3", " 1\n2 ", "1,2", "1 x"],
    "Pair": ["1 2", "1", "1 2 3"],
    "Whens": ["now never 2026-03-01", "now soon"],
    "Octet": ["", "0f", "0fA0", "0", "0fA0ff"],
    "Either": ["true", "1 2", "2"],
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    inside = "".join(f'<xs:element name="{name}" type="m:{name}" minOccurs="0"/>' for name in CHILDREN)
    attributes = '<xs:attribute name="quality" type="m:Quality"/><xs:attribute name="when" type="m:When"/>'
    noun = f"<xs:complexType><xs:sequence>{inside}</xs:sequence>{attributes}</xs:complexType>"
    body = f'<xs:element name="Simple">{noun}</xs:element>{TYPES}'
    return written(tmp_path_factory.mktemp("xsd"), "Simple", body, URI)


@pytest.fixture(scope="module")
def simple(path):
    return made_of(describe(path)).Simple


@pytest.fixture(scope="module")
def valid(path):
    return etree.XMLSchema(etree.parse(path))


def is_read_strictly(data: bytes) -> bool:
    try:
        decode_noun(data, strict=True)
    except DecodeError:
        return False
    return True


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts])
def test_strict_reading_accepts_what_the_schema_does_and_writing_keeps_the_text(simple, valid, name, text):
    data = f'<Simple xmlns="{URI}"><{name}>{text}</{name}></Simple>'.encode()

    assert is_read_strictly(data) == valid.validate(etree.fromstring(data))
    written_back = etree.fromstring(encode_noun(decode_noun(data)))
    assert (written_back[0].text or "") == text


@pytest.mark.parametrize("seed", range(40))
def test_samples_are_valid_and_come_back_equal(simple, valid, seed):
    made = sample(simple, seed=seed, full=seed == 0)
    data = encode_noun(made, strict=True)

    valid.assertValid(etree.fromstring(data))
    assert decode_noun(data, strict=True) == made
    assert decode_noun(encode_noun(made, "json")) == made
    etree.XMLSchema(etree.fromstring(xml_schema(noun_of(simple)).encode())).assertValid(etree.fromstring(data))


def test_a_union_of_numbers_is_a_number_and_every_other_a_text(simple):
    kinds = {field.xml: field.kind for field in spec_of(simple).elements}

    assert kinds["Quality"] == kinds["Small"] == "integer"
    assert {kinds[name] for name in CHILDREN[2:]} == {"string"}


def test_a_union_that_one_type_covers_is_that_type(path):
    source = python_source(describe(path))

    assert "Quality: Annotated[int | None, facets(ge=0, le=255)] = None" in source
    assert 'facets(items=simple_type("decimal"))' in source
    assert "Not checked" not in source


def test_the_json_schema_of_a_union_names_its_types(simple):
    found = json_schema(noun_of(simple))["$defs"]["Simple"]["properties"]["When"]["anyOf"]

    assert found[2] == {"enum": ["now", "never"]}


def test_what_is_in_no_type_of_a_union_is_named(simple):
    with pytest.raises(StrictError, match="'soon' is of none of the types of the union: date, dateTime, string now"):
        decode_noun(encode_noun(simple(When="soon")), strict=True)
