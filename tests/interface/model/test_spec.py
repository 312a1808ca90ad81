"""What a class means on the wire; a type without an XML form is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cimbus import Cim, noun
from cimbus.interface.model import spec_of


@pytest.mark.parametrize("wrong", [dict, dict[str, str], bytes, set[str], str | int, list[list[str]], float], ids=str)
def test_a_type_without_xml_form_is_refused_and_the_field_named(wrong):
    with pytest.raises(TypeError, match=r"Bad.*\.field"):

        @noun("urn:test:bad#")
        class Bad(Cim):
            __annotations__ = {"field": wrong}


def test_a_plain_enum_is_refused():
    import enum

    class Plain(enum.Enum):
        a = "a"

    class Holder(Cim):
        __annotations__ = {"field": Plain}

    with pytest.raises(TypeError, match=r"Holder\.field"):
        spec_of(Holder)


def test_what_is_no_cim_class_has_no_spec():
    for wrong in (int, str, Any):
        with pytest.raises((TypeError, AttributeError)):
            spec_of(wrong)
