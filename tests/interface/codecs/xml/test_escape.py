"""Texts as character data and attribute values: what is written is what a parser reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cimbus import EncodeError
from cimbus.interface.codecs.xml.escape import escape, quote

LEGAL = st.text(
    st.one_of(st.sampled_from("\t\n\r"), st.characters(min_codepoint=32, exclude_categories=["Cs"])).filter(
        lambda c: c not in "\ufffe\uffff"
    )
)


@given(LEGAL)
def test_a_parser_reads_back_what_was_written(text):
    node = etree.fromstring(f"<a b={quote(text)}>{escape(text)}</a>")

    assert (node.text or "", node.get("b")) == (text, text)


@pytest.mark.parametrize("number", [0x00, 0x08, 0x0B, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_a_character_that_xml_cannot_hold_is_refused_by_its_number(number):
    for write in (escape, quote):
        with pytest.raises(EncodeError, match=f"U\\+{number:04X}"):
            write(f"a{chr(number)}b")


def test_a_plain_text_is_not_copied():
    text = "plain text"

    assert escape(text) is text
