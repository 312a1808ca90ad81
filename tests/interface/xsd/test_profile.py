"""Documents that a schema accepts are read by the classes made of it, and what these write is accepted by it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import cimbus
from cimbus import Message
from cimbus.interface.codecs import decode_noun, encode_noun
from cimbus.interface.model import find_exact, spec_of
from cimbus.interface.xsd import describe, made_of, python_source
from cimbus.nouns import key_of
from interface.xsd.schemas import COMMON, DEVICES, OUTAGES, QUERY, written

URI = "urn:test:DeviceConfig#"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return written(tmp_path_factory.mktemp("xsd"), "DeviceConfig", DEVICES + COMMON, URI)


@pytest.fixture(scope="module")
def profile(path):
    return cimbus.load_profile(path)


@pytest.fixture(scope="module")
def valid(path):
    return etree.XMLSchema(etree.parse(path))


def document(inside: str) -> bytes:
    return f'<DeviceConfig xmlns="{URI}">{inside}</DeviceConfig>'.encode()


names = st.text("abcäö&<", max_size=3).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
units = st.sampled_from(["in", "mg/l", "o&amp;m", "2", "count"])
mrids = st.from_regex(r"[0-9a-f]{4}-[0-9]{2}", fullmatch=True)


def optional(form: str, values) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), values.map(form.format))


def joined(*parts) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


device = joined(
    optional("<mRID>{}</mRID>", mrids),
    optional("<class>{}</class>", names),
    optional("<Names><name>{}</name><NameType><name>t</name></NameType></Names>", names),
)
end_devices = device.map('<EndDevice mark="true" lang="de-AT">{}</EndDevice>'.format)
meters = joined(
    device,
    optional("<form>{}</form>", names.filter(len)),
    st.sampled_from(
        [
            "<multiplier>7</multiplier>",
            '<multiplier xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>',
        ]
    ),
    optional('<rating unit="{}" digits="3">1.50</rating>', units),
    st.sampled_from(["", '<Reference ref="3.26.0.47"/>', "<Reference/>"]),
    st.sampled_from(["", "<nothing/>"]),
).map('<Meter mark="false">{}</Meter>'.format)
documents = joined(
    st.lists(st.one_of(meters, end_devices, names.map("<note>{}</note>".format)), min_size=1, max_size=5).map("".join),
    st.sampled_from(["", "<day>2026-03-01</day><clock>06:30:00</clock>"]),
    st.lists(units.map("<Unit>{}</Unit>".format), max_size=2).map("".join),
    st.sampled_from(["", "<percent>100</percent>"]),
    st.sampled_from(["", "<fixed>1.5</fixed>", "<low>1</low>", "<low>1</low><high>2.50</high>"]),
    st.sampled_from(["", '<x:own xmlns:x="urn:x">1</x:own>']),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents)
def test_what_the_schema_accepts_is_read_strictly_and_written_valid(profile, valid, inside):
    data = document(inside)
    assert valid.validate(etree.fromstring(data)), valid.error_log

    noun = decode_noun(data, strict=True)
    again = encode_noun(noun, strict=True)

    assert type(noun) is profile.DeviceConfig
    assert valid.validate(etree.fromstring(again)), valid.error_log
    assert etree.tostring(etree.fromstring(again), method="c14n2") == etree.tostring(
        etree.fromstring(data), method="c14n2"
    )
    assert cimbus.decode(cimbus.encode(Message.of(noun), "json")).payload == noun


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<EndDevice/>",
        '<EndDevice mark="maybe"/>',
        '<EndDevice mark="true"><mRID>wrong</mRID></EndDevice>',
        '<EndDevice mark="true"/><percent>101</percent>',
        "<note/><fixed>1</fixed><low>1</low>",
        '<Meter mark="true"/>',
        '<Meter mark="true"><multiplier>7</multiplier><rating unit="cm">1</rating></Meter>',
        '<Meter mark="true"><multiplier>9999999999</multiplier></Meter>',
        "<note/><day>2026-13-01</day>",
        "<note/><Unit>inch</Unit>",
        "<clock>06:30:00</clock><note/>",
    ],
)
def test_what_the_schema_refuses_is_refused_when_strict(profile, valid, inside):
    data = document(inside)
    assert not valid.validate(etree.fromstring(data))

    with pytest.raises(cimbus.StrictError):
        decode_noun(data, strict=True)
    assert type(decode_noun(data)) in (profile.DeviceConfig, cimbus.XmlElement)


def test_the_module_and_the_classes_at_run_time_have_equal_specs(path, profile):
    module = made_of(describe(path))

    def plain(cls):
        spec = spec_of(cls)
        fields = [
            (msgspec.structs.replace(each, type=None), each.type.__name__ if each.type else "") for each in spec.fields
        ]
        return fields, spec.choices, spec.wildcard, spec.model_reference

    assert {"DeviceConfig", "Meter", "EndDevice", "Name", "NameType", "Rating", "Nothing"} <= set(profile.__all__)
    classes = [name for name in profile.__all__ if name != "UnitKind"]
    assert [plain(getattr(profile, name)) for name in classes] == [plain(getattr(module, name)) for name in classes]
    assert [each.value for each in profile.UnitKind] == ["in", "mg/l", "o&m", "2", "count"]


def test_what_the_schema_says_of_the_cim_is_kept(profile):
    references = {field.xml: field.model_reference for field in spec_of(profile.EndDevice).fields}

    assert spec_of(profile.EndDevice).model_reference == "urn:cim#EndDevice"
    assert references["mRID"] == "urn:cim#IdentifiedObject.mRID"
    assert (references["class"], references["Names"]) == ("urn:cim#EndDevice.class", "")


def test_a_module_is_the_same_when_it_is_generated_again(path):
    assert python_source(describe(path)) == python_source(describe(path))


def test_several_schemas_share_their_types_and_a_query_knows_its_noun(tmp_path):
    first = written(tmp_path, "Outages", OUTAGES + COMMON, "urn:test:Outages#")
    query = written(tmp_path, "GetOutages", QUERY + COMMON, "urn:test:GetOutages#")
    profile = cimbus.load_profile(first, query)
    source = python_source(describe(query, first))

    assert [name for name in profile.__all__ if "Name" in name] == ["Name", "NameType"]
    entry = find_exact("GetOutages", "urn:test:GetOutages#")
    assert (entry.header, entry.query) == ("Outages", True)
    assert "def __answer__(self) -> _Outages: ..." in source
    assert "class GetOutagesOutages(Cim):" in source
    outage = profile.Outage(mRID="o", UsagePoint=profile.UsagePoint(mRID="up"))
    assert key_of(profile.Outages(Outage=[outage])) == "up"


def test_imports_and_includes_are_followed(tmp_path):
    written(tmp_path, "common", COMMON, "urn:test:Included#")
    path = written(tmp_path, "Included", '<xs:include schemaLocation="common.xsd"/>' + OUTAGES, "urn:test:Included#")

    assert [each.name for each in describe(path).nouns] == ["Outages"]


def test_children_of_another_namespace_are_kept_and_written_again_valid(tmp_path):
    common = '<xs:element name="Trace" type="xs:string"/>' + COMMON
    written(tmp_path, "common", common, "urn:test:Common#")
    body = (
        '<xs:import namespace="urn:test:Common#" schemaLocation="common.xsd"/>'
        '<xs:element name="Foreign"><xs:complexType><xs:sequence>'
        '<xs:element name="mRID" type="xs:string"/><xs:element name="Name" type="c:Name" minOccurs="0"/>'
        '<xs:element ref="c:Trace" minOccurs="0"/><xs:element name="last" type="xs:string"/>'
        "</xs:sequence></xs:complexType></xs:element>"
    )
    path = written(
        tmp_path, "Foreign", body, "urn:test:Foreign#", more='elementFormDefault="qualified" xmlns:c="urn:test:Common#"'
    )
    profile = cimbus.load_profile(path)
    data = (
        b'<Foreign xmlns="urn:test:Foreign#" xmlns:c="urn:test:Common#"><mRID>1</mRID><Name><c:name>n</c:name></Name>'
        b"<c:Trace>t</c:Trace><last>l</last></Foreign>"
    )
    valid = etree.XMLSchema(etree.parse(path))

    noun = decode_noun(data, strict=True)

    assert type(noun) is profile.Foreign
    assert sorted(profile.__all__) == ["AnyContent", "Foreign"]
    valid.assertValid(etree.fromstring(data))
    valid.assertValid(etree.fromstring(encode_noun(noun)))
    again = etree.fromstring(encode_noun(noun))
    assert [(each.tag, each.text) for each in again.iter("{urn:test:Common#}*")] == [
        ("{urn:test:Common#}name", "n"),
        ("{urn:test:Common#}Trace", "t"),
    ]
