"""The request area's options are looked up by name."""

from __future__ import annotations

from cimbus.interface.envelope import Option, Request


def test_the_first_option_of_a_name_counts():
    request = Request(options=(Option(name="limit", value="5"), Option(name="limit", value="6"), Option(name="all")))

    assert request.option("limit") == "5"
    assert request.option("all", "none") is None
    assert (request.option("offset"), request.option("offset", "0")) == (None, "0")
