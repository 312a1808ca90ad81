"""JSON or XML, by the first character."""

from __future__ import annotations

import pytest

from cimbus.interface.codecs.sniff import is_json


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"{}", True),
        (b"[", True),
        (b"\xef\xbb\xbf\r\n\t {", True),
        (b"<a/>", False),
        (b" <?xml?>", False),
        ("{}".encode("utf-16"), False),
        (b"", False),
        (b" " * 1_000 + b"{", False),
    ],
)
def test_the_first_character_decides(data, answer):
    assert is_json(data) is answer
