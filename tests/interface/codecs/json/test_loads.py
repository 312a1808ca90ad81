"""JSON text to a tree: digits survive, members stand once, and nothing but a ``DecodeError`` is raised."""

from __future__ import annotations

import pytest

from cimbus import DecodeError
from cimbus.interface.codecs.json.loads import loads, unique


def test_numbers_keep_their_digits() -> None:
    assert loads(b'\xef\xbb\xbf{"a": [1.50, 1e5, -0.0, 12345678901234567890]}') == {
        "a": ["1.50", "1e5", "-0.0", 12345678901234567890]
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "Expecting property name"),
        (b'{"a": NaN}', "NaN is no value"),
        (b'{"a": -Infinity}', "-Infinity is no value"),
        (b'{"a": "\xff"}', "octet 7 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "Exceeds the limit"),
        (b'{"a": 1, "b": {"c": 1, "c": 1}}', "'c' stands twice"),
        (b'{"a": 1, "\\u0061": 1}', "'a' stands twice"),
    ],
)
def test_what_is_not_json_is_refused(text: bytes, said: str) -> None:
    with pytest.raises(DecodeError, match=said):
        loads(text)


def test_a_long_name_is_not_repeated_in_the_error() -> None:
    with pytest.raises(DecodeError) as caught:
        unique([("x" * 1_000_000, 1)] * 2)

    assert len(str(caught.value)) < 200
