"""SOAP Faults in parts."""

from __future__ import annotations

import pytest

import cimbus
from interface.codecs.codec_samples import soap

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
CODE = "<s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>x:NoMeter</s:Value></s:Subcode></s:Code>"
ENGLISH = '<s:Text xml:lang="en">no such meter</s:Text>'
GERMAN = '<s:Text xml:lang="de">unbekannter Zähler</s:Text>'


def fault(inside: str) -> cimbus.interface.envelope.Error:
    return cimbus.decode(soap(f"<s:Fault>{inside}</s:Fault>", SOAP_12)).errors[0]


@pytest.mark.parametrize("texts", [ENGLISH + GERMAN, GERMAN + ENGLISH])
def test_code_subcode_and_one_language_are_apart(texts):
    error = fault(f"{CODE}<s:Reason>{texts}</s:Reason><s:Role>urn:r</s:Role><s:Detail><a>1</a><b>2</b></s:Detail>")

    assert (error.code, error.reason) == ("s:Receiver", "no such meter")
    assert error.details == "subcode x:NoMeter; role urn:r; 1 2"


def test_without_english_the_first_language_counts():
    assert fault(f"{CODE}<s:Reason>{GERMAN}</s:Reason>").reason == "unbekannter Zähler"
    assert fault(CODE).reason is None


def test_a_soap_1_1_fault_keeps_its_detail():
    inside = "<faultcode>s:Server</faultcode><faultstring>no</faultstring><faultactor>u</faultactor><detail><a>1</a><b>2</b></detail>"  # noqa: E501
    error = cimbus.decode(soap(f"<s:Fault>{inside}</s:Fault>")).errors[0]

    assert (error.code, error.reason, error.details) == ("s:Server", "no", "faultactor u; 1 2")
