"""The header's properties are looked up by name."""

from __future__ import annotations

from cimbus import Header
from cimbus.interface.envelope import Property


def test_the_first_property_of_a_name_counts():
    header = Header(
        verb="get",
        noun="X",
        properties=(Property(name="a", value="1"), Property(name="a", value="2"), Property(name="b")),
    )

    assert header.property("a") == header.property("a", "none") == "1"
    assert header.property("b", "none") is None
    assert header.property("c") is None
    assert header.property("c", "none") == "none"
