"""Patterns of XML Schema mean in Python what they mean to libxml2."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cimbus.interface.xsd.patterns import PatternError, python_pattern

PATTERNS = [
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}",
    r"([A-Z]{2,3}|\d+)?",
    r"[a-z-[aeiou]]+",
    r"\i\c*",
    r"[\i-[:]][\c-[:]]*",
    r"^a$",
    r".{1,3}",
    r"[^\s]+",
    r"\p{Lu}\p{L}*",
    r"[\p{Nd}\-]+",
    r"\P{L}",
    r"a|b|",
    r"[+\-]?\d+\.\d*",
    r"[.\]\[]{2}",
    r"\w+",
    r"[$&~|]+",
]

ALPHABET = "abez09-:.$^|&~[]+ _AZ\u00e4\u00c4"


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_pattern_matches_what_libxml2_matches(pattern, data):
    made = re.compile(python_pattern(pattern))
    element = etree.Element("x")
    xs = "http://www.w3.org/2001/XMLSchema"
    schema = etree.XML(
        f'<s:schema xmlns:s="{xs}"><s:element name="x"><s:simpleType><s:restriction base="s:string"><s:pattern/>'
        "</s:restriction></s:simpleType></s:element></s:schema>"
    )
    schema.find(f".//{{{xs}}}pattern").set("value", pattern)
    validator = etree.XMLSchema(schema)
    text = data.draw(st.one_of(st.text(ALPHABET, max_size=4), st.from_regex(made, fullmatch=True)))
    if len(text) > 40 or any(char not in ALPHABET for char in text):
        return  # tables of Unicode differ from release to release
    element.text = text

    assert bool(made.fullmatch(text)) == validator.validate(element), (pattern, text)


@pytest.mark.parametrize("pattern", [r"\p{IsGreek}", r"(?=a)", r"a**", r"\y", "[a", "a{99999999999999999999}"])
def test_what_has_no_counterpart_is_refused(pattern):
    with pytest.raises(PatternError):
        python_pattern(pattern)
