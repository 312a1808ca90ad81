"""Compressed texts: gzip, then base64, opened up to a limit."""

from __future__ import annotations

import base64
import gzip
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus import DecodeError, UnsafeError
from cimbus.interface.codecs.compression import pack, unpack


@given(st.binary(min_size=0, max_size=2_000))
def test_what_is_packed_is_unpacked(data):
    assert unpack(pack(data), len(data)) == data


def test_the_same_data_makes_the_same_text():
    assert pack(b"abc") == pack(b"abc")


def test_base64_may_be_wrapped_into_lines():
    text = pack(bytes(range(256)) * 4)

    assert unpack("\n".join(textwrap.wrap(text, 76)), 1_024) == bytes(range(256)) * 4


@pytest.mark.parametrize("size", [0, 1, 999_999])
def test_the_limit_is_the_largest_size_allowed(size):
    text = pack(bytes(1_000_000))

    assert len(unpack(text, 1_000_000)) == 1_000_000
    with pytest.raises(UnsafeError, match="max_inflated"):
        unpack(text, size)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("!!!", "base64"),
        (base64.b64encode(b"plain").decode(), "not gzip"),
        (base64.b64encode(gzip.compress(b"x" * 100, mtime=0)[:20]).decode(), "cut off"),
    ],
)
def test_what_is_no_gzip_is_refused_with_the_reason(text, reason):
    with pytest.raises(DecodeError, match=reason):
        unpack(text, 1_000)
