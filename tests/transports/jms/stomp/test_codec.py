"""STOMP frames as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus_jms.stomp.codec import escape, write_frame

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(TEXT)
def test_escapes_leave_nothing_that_ends_a_header(text):
    assert not set(escape(text)) & {"\r", "\n", ":"}


def test_a_body_with_nul_needs_a_length():
    with pytest.raises(ValueError, match="content-length"):
        write_frame("SEND", [], b"a\0b", measured=False)
