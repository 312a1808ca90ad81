"""No two filters match the same address, whatever the wildcards are (the property is tested where MQTT uses it)."""

from __future__ import annotations

import pytest

from cimbus.middleware.naming import AddressSyntax
from cimbus.middleware.net import disjoint_filters

SYNTAX = AddressSyntax(separator=".", escape="_", legal="[a-z]", one="*", rest=">", limit=100)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([], ()),
        (["a.b.>", "a.c.>", "a.b.>"], ("a.c.>", "a.b.>")),
        (["a.*.c", "a.b.*"], ("a.*.*",)),
        (["a.b", "a.b.>"], ("a.b.>",)),
        (["a.b", "a.b.c"], ("a.b", "a.b.c")),
        (["a.b", "a.c", "a.*"], ("a.*",)),
        (["a", ">"], (">",)),
    ],
)
def test_filters_that_overlap_are_replaced_by_one_that_covers_them(wanted, found):
    assert disjoint_filters(SYNTAX, wanted) == found
