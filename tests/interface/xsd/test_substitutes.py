"""Types that stand for those that they extend (xsi:type): read and written as the schema has it, in both directions."""

from __future__ import annotations

from decimal import Decimal

import jsonschema
import orjson
import pytest
from lxml import etree

from cimbus import DecodeError, Message, decode, decode_noun, encode, encode_noun
from cimbus.interface.model import find_class, noun_of, spec_of
from cimbus.interface.schemas import json_schema, xml_schema
from cimbus.interface.xsd import describe, made_of, python_source
from cimbus.testing import sample
from cimbus.testing.codec_fuzz import fuzz
from interface.codecs.native.codecs import codec, needs_native
from interface.xsd.schemas import COMMON, written

URI = "urn:test:Stations#"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def extended(name: str, base: str, inside: str, more: str = "") -> str:
    content = f'<xs:extension base="m:{base}"><xs:sequence>{inside}</xs:sequence></xs:extension>'
    return f'<xs:complexType name="{name}" {more}><xs:complexContent>{content}</xs:complexContent></xs:complexType>'


STATIONS = f"""
<xs:element name="Stations"><xs:complexType><xs:sequence>
  <xs:element name="Equipment" type="m:Equipment" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="Reference" type="m:Reference" minOccurs="0"/>
  <xs:choice minOccurs="0" maxOccurs="unbounded">
    <xs:element name="Device" type="m:Device"/>
    <xs:element name="note" type="xs:string"/>
  </xs:choice>
</xs:sequence></xs:complexType></xs:element>
<xs:complexType name="Equipment" abstract="true"><xs:sequence>
  <xs:element name="mRID" type="xs:string" minOccurs="0"/>
  <xs:element name="Names" type="m:Name" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType>
{extended("Line", "Equipment", '<xs:element name="length" type="xs:decimal"/>')}
{extended("Switch", "Equipment", '<xs:element name="open" type="xs:boolean" minOccurs="0"/>', 'abstract="true"')}
{extended("Breaker", "Switch", '<xs:element name="rating" type="xs:int"/><xs:element name="Line" type="m:Line"/>')}
<xs:complexType name="Bare"><xs:complexContent><xs:restriction base="m:Equipment"><xs:sequence>
  <xs:element name="mRID" type="xs:string"/>
</xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
<xs:complexType name="Reference"><xs:attribute name="ref" type="xs:string"/></xs:complexType>
{extended("FullReference", "Reference", '<xs:element name="title" type="xs:string"/>')}
<xs:complexType name="Device"><xs:sequence><xs:element name="serial" type="xs:string"/></xs:sequence></xs:complexType>
{extended("Device.Smart", "Device", '<xs:element name="firmware" type="xs:string"/>')}
<xs:complexType name="Unused"><xs:sequence/></xs:complexType>
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return written(tmp_path_factory.mktemp("xsd"), "Stations", STATIONS + COMMON, URI)


@pytest.fixture(scope="module")
def profile(path):
    return made_of(describe(path))


@pytest.fixture(scope="module")
def valid(path):
    return etree.XMLSchema(etree.parse(path))


def document(inside: str) -> bytes:
    return f'<Stations xmlns="{URI}" {XSI}>{inside}</Stations>'.encode()


BREAKER = "<rating>10</rating><Line><length>1.50</length></Line>"


@pytest.mark.parametrize(
    "inside",
    [
        '<Equipment xsi:type="Line"><length>1.50</length></Equipment>',
        f'<Equipment xsi:type="Breaker"><mRID>b</mRID>{BREAKER}</Equipment>',
        f'<Equipment xmlns:p="{URI}" xsi:type="p:Line"><length>2</length></Equipment>',
        '<Equipment xsi:type="Bare"><mRID>b</mRID></Equipment>',
        '<Reference ref="r"/>',
        '<Reference xsi:type="FullReference" ref="r"><title>t</title></Reference>',
        '<Device xsi:type="Device"><serial>1</serial></Device>',
        '<Device xsi:type="Device.Smart"><serial>1</serial><firmware>f</firmware></Device><note>n</note>',
    ],
)
def test_what_the_schema_accepts_is_typed_and_comes_back(profile, valid, inside):
    data = document(inside)
    valid.assertValid(etree.fromstring(data))

    made = decode_noun(data, strict=True)

    assert isinstance(made, profile.Stations)
    again = encode_noun(made)
    valid.assertValid(etree.fromstring(again))
    assert decode_noun(again, strict=True) == made
    assert decode_noun(encode_noun(made, "json")) == made
    assert encode_noun(decode_noun(encode_noun(made, "json"))) == again


def test_the_object_is_of_the_class_that_is_named(profile):
    made = decode_noun(document(f'<Equipment xsi:type="Breaker"><open>true</open>{BREAKER}</Equipment>'))

    (breaker,) = made.Equipment
    assert type(breaker) is profile.Breaker
    assert (breaker.open, breaker.rating, type(breaker.Line)) == (True, 10, profile.Line)
    assert breaker.extensions is None


@pytest.mark.parametrize("name", ["Nothing", "Device.Smart"])
def test_a_type_that_cannot_stand_there_is_noted_and_kept(profile, name):
    data = document(f'<Equipment xsi:type="{name}"><mRID>e</mRID><length>1</length></Equipment>')

    made = decode_noun(data)

    assert type(made.Equipment[0]) is profile.Equipment
    assert name.encode() in encode_noun(made)
    with pytest.raises(DecodeError):
        decode_noun(data, strict=True)


def test_an_abstract_type_has_to_be_named(profile, valid):
    data = document("<Equipment><mRID>e</mRID></Equipment>")

    assert not valid.validate(etree.fromstring(data))
    assert type(decode_noun(data).Equipment[0]) is profile.Equipment
    with pytest.raises(DecodeError, match="abstract"):
        decode_noun(data, strict=True)


def test_a_type_of_another_namespace_is_read_and_refused_when_strict(profile):
    data = document('<Equipment xmlns:o="urn:other" xsi:type="o:Line"><length>1</length></Equipment>')

    assert type(decode_noun(data).Equipment[0]) is profile.Line
    with pytest.raises(DecodeError, match="urn:other"):
        decode_noun(data, strict=True)


@pytest.mark.parametrize("seed", range(40))
def test_samples_are_valid_and_come_back_equal(profile, valid, seed):
    made = sample(profile.Stations, seed=seed, full=seed == 0)
    data = encode_noun(made, strict=True)

    valid.assertValid(etree.fromstring(data))
    assert decode_noun(data, strict=True) == made
    assert decode_noun(encode_noun(made, "json"), strict=True) == made


def test_samples_have_every_class_that_extends_another_and_is_not_abstract(profile):
    found = {type(each) for seed in range(40) for each in sample(profile.Stations, seed=seed, full=True).Equipment}

    assert found == {profile.Line, profile.Breaker}


def test_a_message_carries_it_in_both_formats(profile):
    message = Message.of(profile.Stations(Equipment=[profile.Line(length=Decimal(1))]), verb="created")

    for name in ("xml", "json"):
        assert decode(encode(message, name)).payload == message.payload


def test_source_names_the_types_and_leaves_out_what_stands_nowhere(path):
    source = python_source(describe(path))

    assert (
        'class DeviceSmart(Device):\n    """The type DeviceSmart of the schema."""\n\n    xsi_type = "Device.Smart"'
        in source
    )
    assert "abstract_type = True" in source
    assert "Unused" not in source


def test_the_schemas_of_the_noun_accept_its_samples(profile):
    entry = noun_of(profile.Stations)
    own = etree.XMLSchema(etree.fromstring(xml_schema(entry).encode()))

    json_valid = jsonschema.Draft202012Validator(json_schema(entry))

    for seed in range(10):
        made = sample(profile.Stations, seed=seed)
        own.assertValid(etree.fromstring(encode_noun(made)))
        json_valid.validate(orjson.loads(encode_noun(made, "json")))


@needs_native
def test_the_native_codec_reads_them_as_the_walker_or_leaves_them_to_it(profile):
    result = fuzz([codec(), codec(in_parts=True)], count=1500, seed=7, nouns=[noun_of(profile.Stations)])

    assert result.wrong == []
    assert result.accepted > 0


def test_a_class_without_a_type_name_is_written_as_the_one_that_it_extends(profile):
    class Special(profile.Device):
        extra: str = "x"

    made = profile.Stations(Device=[Special(serial="1")])

    assert b"extra" not in encode_noun(made)
    assert find_class(Special) is None
    assert len(spec_of(Special).fields) == 2
