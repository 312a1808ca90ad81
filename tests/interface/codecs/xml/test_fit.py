"""A noun is typed where its class fits, untyped where it does not, and never half."""

from __future__ import annotations

import pytest
from lxml import etree

import cimbus
from cimbus import Cim, XmlElement, noun
from cimbus.interface.codecs.xml.fit import measure
from cimbus.nouns import EndDeviceEvents, MeterReadings
from interface.codecs.codec_samples import EVENTS, READINGS, events, header, message

READING = "<{0}MeterReading><{1}Meter><{2}mRID>m-1</{2}mRID></{1}Meter></{0}MeterReading>"


@noun("urn:fit:2013#", name="FitGroups")
class Groups2013(Cim):
    mRID: str | None = None
    members: list[str] = []


@noun("urn:fit:2017#", name="FitGroups")
class Groups2017(Cim):
    EndDeviceGroup: list[Groups2013] = []
    version: int | None = None


def payload(inside: str):
    return cimbus.decode(message(inside, head=header(noun="X"))).payload


TYPED = {
    "one other namespace": f'<MeterReadings xmlns="urn:v">{READING.format("", "", "")}</MeterReadings>',
    "children in another one": f'<MeterReadings xmlns="{READINGS}" xmlns:v="urn:v">{READING.format("v:", "v:", "v:")}</MeterReadings>',  # noqa: E501
    "children without one": f'<r:MeterReadings xmlns:r="{READINGS}">{READING.format("", "", "")}</r:MeterReadings>',
    "root without one": f'<MeterReadings xmlns:v="urn:v">{READING.format("v:", "v:", "v:")}</MeterReadings>',
    "one for each package": f'<MeterReadings xmlns="urn:p" xmlns:c="urn:core" xmlns:m="urn:metering">{READING.format("m:", "m:", "c:").replace("<c:mRID>", "<c:Names><c:name>n</c:name></c:Names><c:mRID>")}</MeterReadings>',  # noqa: E501
    "another year": f'<MeterReadings xmlns="http://iec.ch/TC57/2009/MeterReadings#">{READING.format("", "", "")}</MeterReadings>',  # noqa: E501
    "a vendor's element in it": f'<MeterReadings xmlns="urn:v">{READING.format("", "", "").replace("<Meter>", "<Meter><own>7</own>")}</MeterReadings>',  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_a_noun_in_whatever_namespaces_is_typed_and_goes_back_into_them(name):
    given = message(TYPED[name], head=header(noun="MeterReadings"))
    read = cimbus.decode(given)

    assert read.payload.MeterReading[0].Meter.mRID == "m-1"
    read_of, written = (etree.fromstring(each).find("{*}Payload")[0] for each in (given, cimbus.encode(read)))
    assert [each.tag for each in written.iter()] == [each.tag for each in read_of.iter()]
    for form in ("xml", "json"):
        assert cimbus.decode(cimbus.encode(read, form)) == read


UNTYPED = {
    "another structure in another namespace": '<MeterReadings xmlns="urn:v"><Batch no="4"><Row>1;2</Row></Batch></MeterReadings>',  # noqa: E501
    "another structure in the registered one": f'<MeterReadings xmlns="{READINGS}"><Batch no="4"><Row>1;2</Row></Batch></MeterReadings>',  # noqa: E501
    "the same frame around another structure": '<EndDeviceEvents xmlns="urn:v"><EndDeviceEvent><ts>1</ts><code>2</code></EndDeviceEvent></EndDeviceEvents>',  # noqa: E501
    "the same frame in the registered one": f'<EndDeviceEvents xmlns="{EVENTS}"><EndDeviceEvent><ts>1</ts><code>2</code></EndDeviceEvent></EndDeviceEvents>',  # noqa: E501
    "children of a vendor": f'<MeterReadings xmlns="{READINGS}" xmlns:v="urn:v"><v:Batch><v:Row/></v:Batch></MeterReadings>',  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("name", UNTYPED)
def test_a_noun_that_does_not_fit_is_an_element_without_loss(name):
    read = cimbus.decode(message(UNTYPED[name], head=header(noun="MeterReadings")))

    assert isinstance(read.payload, XmlElement)
    assert any("not typed" in note.text for note in read.notes)
    written = etree.fromstring(cimbus.encode(read)).find("{*}Payload")[0]
    assert etree.tostring(written, method="c14n2") is not None
    assert [(each.tag, each.text) for each in written.iter()] == [
        (each.tag, each.text) for each in etree.fromstring(UNTYPED[name]).iter()
    ]
    for form in ("xml", "json"):
        assert cimbus.decode(cimbus.encode(read, form)) == read


def test_an_empty_noun_is_typed():
    assert payload(f'<MeterReadings xmlns="{READINGS}"/>') == MeterReadings()
    assert isinstance(payload('<MeterReadings xmlns="urn:v"/>'), MeterReadings)


def test_a_vendors_element_of_a_known_name_is_no_field():
    read = payload(events().replace("<Assets>", '<v:reason xmlns:v="urn:v">own</v:reason><Assets>'))

    assert read.EndDeviceEvent[0].reason is None
    assert read.EndDeviceEvent[0].extensions.elements[0].element.text == "own"


def test_nothing_is_written_half_in_one_namespace_and_half_in_another():
    vendor = events(ns="http://vendor.example/EndDeviceEvents#").replace(
        "<Assets>", "<vendorCode>7</vendorCode><Assets>"
    )
    read = cimbus.decode(message(vendor))

    assert isinstance(read.payload, EndDeviceEvents)
    assert b"http://iec.ch/TC57/2011/EndDeviceEvents#" not in cimbus.encode(read)


NAMES = [
    ('<FitGroups xmlns="urn:fit:2013#"><mRID>1</mRID></FitGroups>', Groups2013),
    ('<FitGroups xmlns="urn:fit:2017#"><EndDeviceGroup><mRID>1</mRID></EndDeviceGroup></FitGroups>', Groups2017),
    ('<FitGroups xmlns="urn:v"><members>a</members><mRID>1</mRID></FitGroups>', Groups2013),
    ('<FitGroups xmlns="urn:v"><EndDeviceGroup><mRID>1</mRID></EndDeviceGroup></FitGroups>', Groups2017),
    ('<FitGroups xmlns="urn:v"><version>2</version></FitGroups>', Groups2017),
]


@pytest.mark.parametrize(("document", "cls"), NAMES)
def test_structures_of_one_name_are_told_by_namespace_and_then_by_fit(document, cls):
    read = cimbus.decode(message(document, head=header(noun="FitGroups")))

    assert type(read.payload) is cls
    for form in ("xml", "json"):
        again = cimbus.decode(cimbus.encode(read, form))
        assert type(again.payload) is cls
        assert again == read


@pytest.mark.parametrize("cls", [Groups2013, Groups2017])
def test_a_structure_that_a_program_made_keeps_its_class_in_json(cls):
    made = cimbus.Message.of(cls())

    assert type(cimbus.decode(cimbus.encode(made, "json")).payload) is cls


def test_measuring_is_linear():
    wide = etree.fromstring(f"<r>{'<MeterReading/>' * 20_000}</r>")

    assert measure(wide, MeterReadings).known == 20_000
