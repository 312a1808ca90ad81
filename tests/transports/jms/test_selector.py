"""Selectors for what is too much in one pattern that covers all."""

from __future__ import annotations

from cimbus.interface.topic import Pattern
from cimbus.middleware.naming import Naming
from cimbus_jms.destinations import CLASSIC_NAMING
from cimbus_jms.selector import selector_of


def test_selectors_ask_for_what_addresses_do_not_tell():
    keyed = Naming("{CONTEXT}.{key}", CLASSIC_NAMING.syntax)
    key = Pattern(key="it's")
    assert selector_of([key], CLASSIC_NAMING) == "(Key IS NULL OR Key = 'it''s')"
    assert selector_of([key], CLASSIC_NAMING, "a = 1") == "(a = 1) AND ((Key IS NULL OR Key = 'it''s'))"
    assert selector_of([key], keyed) == ""
    assert selector_of([Pattern(noun="A")], CLASSIC_NAMING) == ""
    assert selector_of([Pattern(noun="A"), Pattern(noun="B")], CLASSIC_NAMING) == (
        "((Noun IS NULL OR Noun = 'A')) OR ((Noun IS NULL OR Noun = 'B'))"
    )
    assert selector_of([Pattern(noun="A"), Pattern(context="a")], CLASSIC_NAMING) == ""
    assert selector_of([Pattern(key="a\x00b")], CLASSIC_NAMING) == ""
