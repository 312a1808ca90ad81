"""Nouns are found by name and by class; one noun has one class."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cimbus
from cimbus import Cim, Message, noun
from cimbus.interface.model import all_nouns, find_class, find_noun, noun_of
from interface.model.widget import NAMESPACE, DeclaredWidget, Size


def test_registered_nouns_are_found_by_name_and_class():
    entry = find_noun("DeclaredWidget", NAMESPACE)

    assert entry in all_nouns()
    assert find_noun("DeclaredWidget", "urn:other") is entry
    assert noun_of(DeclaredWidget) is entry
    assert find_noun("Undeclared", "") is None
    with pytest.raises(TypeError, match="not a noun"):
        noun_of(Size)


def test_a_query_is_declared_with_what_it_asks_for():
    @noun("urn:test:declare-query#", query_of="DeclaredWidget")
    class GetDeclaredWidget(Cim):
        limit: int | None = None

    made = Message.of(GetDeclaredWidget(limit=5))
    assert (made.header.verb, made.header.noun) == ("get", "DeclaredWidget")
    assert cimbus.decode(cimbus.encode(made), strict=True) == made


@pytest.mark.parametrize("name", ["a b", "a:b", "2nd", "x>"])
def test_a_name_that_is_none_of_xml_is_refused(name):
    with pytest.raises(ValueError, match="is no name of an element"):

        @noun("urn:test:no-name#", name=name)
        class Unnamed(Cim):
            mRID: str | None = None

    assert "urn:test:no-name#" not in {entry.namespace for entry in all_nouns()}


def test_two_classes_cannot_stand_for_one_noun():
    with pytest.raises(ValueError, match="already"):

        @noun(NAMESPACE, name="DeclaredWidget")
        class Other(Cim):
            a: str


def test_a_class_that_is_declared_again_takes_the_place_of_the_first():
    def declare() -> type[Cim]:
        @noun("urn:test:again#")
        class Again(Cim):
            a: str | None = None

        return Again

    first, second = declare(), declare()

    assert find_noun("Again", "urn:test:again#").cls is second
    assert find_noun("Again", "urn:other").cls is second
    assert find_class(first).cls is first


def test_of_two_namespaces_the_first_is_found_by_the_name_alone():
    for year in ("2011", "2012"):
        noun(f"urn:test:{year}#", name="Yearly")(type(f"Yearly{year}", (Cim,), {"__annotations__": {"a": str}}))

    assert find_noun("Yearly", "urn:test:2012#").namespace == "urn:test:2012#"
    assert find_noun("Yearly", "urn:test:2013#").namespace == "urn:test:2011#"


def test_a_noun_that_is_provided_is_found_by_name_namespace_and_case_and_imported_then():
    code = (
        "import sys, cimbus;"
        "from cimbus.interface.model import find_exact, find_in_case, find_named;"
        "assert 'cimbus.nouns.work' not in sys.modules;"
        "assert find_exact('ServiceOrders', 'http://iec.ch/TC57/2015/ServiceOrders#').source == 'schema';"
        "assert 'cimbus.nouns.work' in sys.modules and 'cimbus.nouns.der' not in sys.modules;"
        "assert find_in_case('derGroups')[0].name == 'DERGroups';"
        "assert len(find_named('DERGroupDispatches')) == 2;"
        "assert cimbus.nouns.PubOutages.__name__ == 'PubOutages'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)


def test_a_noun_of_ones_own_stays_when_the_built_in_one_is_imported():
    code = (
        "from cimbus import Cim, noun; from cimbus.interface.model import find_exact;"
        "uri = 'http://iec.ch/TC57/2015/ServiceOrders#';"
        "own = noun(uri)(type('ServiceOrders', (Cim,), {'__module__': '__main__'}));"
        "assert find_exact('ServiceOrders', uri).cls is own"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)
