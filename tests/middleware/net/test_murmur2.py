"""The hash of keys is Kafka's, for any octets."""

from __future__ import annotations

import pytest
from aiokafka.partitioner import murmur2 as reference
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.net.murmur2 import murmur2


@pytest.mark.parametrize(("key", "hashed"), [(b"21", -973932308), (b"abc", 479470107), (b"foobar", -790332482)])
def test_it_is_that_of_kafkas_own_client(key, hashed):
    """Vectors of org.apache.kafka.common.utils.UtilsTest, which has signed numbers."""
    assert murmur2(key) == hashed % 2**32


@given(st.binary(max_size=100))
def test_any_octets_have_the_hash_that_aiokafka_computes(key):
    assert murmur2(key) == reference(key)
