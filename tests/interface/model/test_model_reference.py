"""What of the CIM a field stands for can be asked."""

from __future__ import annotations

from cimbus.interface.model import spec_of
from interface.model.profile import Device, MeterOf


def test_a_field_says_its_attribute_of_the_cim():
    fields = {field.name: field.model_reference for field in spec_of(Device).fields}

    assert fields == {"mRID": "urn:cim#IdentifiedObject.mRID", "local": ""}
    assert spec_of(Device).model_reference == "urn:cim#EndDevice"


def test_a_class_that_extends_another_has_its_facts_unless_it_has_its_own():
    assert spec_of(MeterOf).model_reference == "urn:cim#EndDevice"
    assert {field.name: field.model_reference for field in spec_of(MeterOf).fields}[
        "digits"
    ] == "urn:cim#EndDevice.digits"
