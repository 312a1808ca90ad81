"""The keyword arguments for header fields are the header's fields."""

from __future__ import annotations

import inspect
from typing import get_type_hints

import pytest

from cimbus import Message
from cimbus.interface.envelope import Header
from cimbus.interface.header_fields import ALL_NAMES, NAMES, AllHeaderFields, HeaderFields, check_names


def test_the_fields_and_their_types_are_those_of_the_header():
    hints = get_type_hints(Header, include_extras=True)
    fields = {name: hints[name] for name in Header.__struct_fields__}

    assert get_type_hints(AllHeaderFields, include_extras=True) == fields
    assert get_type_hints(HeaderFields, include_extras=True) == {
        name: kind for name, kind in fields.items() if name not in ("verb", "noun")
    }
    assert set(fields) == ALL_NAMES == NAMES | {"verb", "noun"}


def test_no_field_is_mandatory():
    assert not AllHeaderFields.__required_keys__


@pytest.mark.parametrize("method", ["of", "reply", "fault", "caused", "replace"])
def test_no_parameter_of_its_own_hides_a_header_field(method):
    own = inspect.signature(getattr(Message, method)).parameters

    assert not NAMES & set(own)


def test_what_is_no_field_is_named():
    check_names([], NAMES)
    check_names(NAMES, NAMES)
    with pytest.raises(TypeError, match="no header field 'a', 'b'; there are ack_required, "):
        check_names({"b": 1, "source": 2, "a": 3}, NAMES)
