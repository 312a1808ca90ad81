"""A value that cannot be written is named."""

from __future__ import annotations

from datetime import datetime

import pytest

import cimbus
from cimbus import Message
from interface.model.widget import DeclaredWidget


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"mRID": "1", "label": []}, "label"),
        ({"mRID": None, "label": ["x"]}, "mRID"),
        ({"mRID": 5, "label": ["x"]}, "mRID"),
        ({"mRID": "1", "label": [None]}, "label"),
        ({"mRID": "1", "label": ["x"], "made": datetime(2026, 3, 1)}, "made"),  # noqa: DTZ001
        ({"mRID": "1", "label": ["x"], "Size": "7"}, "Size"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_value_is_refused_when_it_is_written_and_named(values, named):
    with pytest.raises(cimbus.EncodeError, match=named):
        cimbus.encode(Message.of(DeclaredWidget(**values)))
