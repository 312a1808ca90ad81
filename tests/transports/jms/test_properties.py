"""Names and values of properties, as JMS allows them."""

from __future__ import annotations

import pytest
from hypothesis import given

from cimbus_jms.properties import frame_name, headers_of, java_name

from .names import NAMES


@given(NAMES)
def test_names_come_back_and_are_legal_in_java(name):
    written = java_name(name)

    assert written.isidentifier() or "$" in written
    assert written.isascii()
    assert frame_name(written) == name


@pytest.mark.parametrize("name", ["type", "receipt", "JMSXGroupID", "_AMQ_x", "NULL", "a-b", "a:b", "9a", "", "Zähler"])
def test_names_that_others_have_are_written_otherwise(name):
    assert java_name(name).startswith("Cim_")


@pytest.mark.parametrize("name", ["Cim_", "Cim_zz_", "Cim__FF", "Cim_plain", "Area"])
def test_names_that_we_did_not_write_stay_as_they_are(name):
    assert java_name(frame_name(name)) == name or frame_name(name) == name


def test_fields_of_the_header():
    given = {"JMSPriority": "9", "JMSExpiration": "5000", "JMSType": "T", "JMSXGroupID": "g", "CorrelationID": "c"}
    jms = headers_of(given, "k", priority=4, time_to_live=0, now=0)
    assert (jms.priority, jms.expiration, jms.type, jms.group, jms.correlation_id) == (9, 5000, "T", "g", "c")
    assert dict(jms.properties) == {"Key": "k"}

    jms = headers_of({}, "", priority=2, time_to_live=1.5, now=10)
    assert (jms.priority, jms.expiration, jms.group) == (2, 11_500, "")
