"""A cache of texts keeps to its bounds, and does not keep failures."""

from __future__ import annotations

import pytest

from cimbus.interface.codecs.cache import MAX_ENTRIES, MAX_LENGTH, BoundedCache


def test_a_text_is_read_once():
    calls = []
    cache = BoundedCache(lambda text: calls.append(text) or len(text))

    assert [cache["abc"], cache("abc"), cache["de"]] == [3, 3, 2]
    assert calls == ["abc", "de"]


def test_long_texts_are_read_and_not_kept():
    cache = BoundedCache(len)

    assert cache["x" * MAX_LENGTH] == MAX_LENGTH
    assert cache["x" * (MAX_LENGTH + 1)] == MAX_LENGTH + 1
    assert [*cache.values()] == [MAX_LENGTH]


def test_a_full_cache_begins_anew():
    cache = BoundedCache(str)
    for number in range(3 * MAX_ENTRIES):
        assert cache[str(number)] == str(number)
        assert len(cache) <= MAX_ENTRIES


def test_a_failure_is_not_kept():
    cache = BoundedCache(int)

    for _ in range(2):
        with pytest.raises(ValueError):
            _ = cache["x"]
    assert cache == {}
