"""Options of a URL: what is impossible is named, and names that follow from them."""

from __future__ import annotations

import pytest

from cimbus.errors import UsageError
from cimbus_kafka import KafkaTransport
from cimbus_kafka.options import group_id


def test_groups_of_different_names_are_different():
    names = ["a", "a b", "a%20b", "ü", "a/b", "a-b", "A"]
    assert len({group_id(name, "8a7c9c34") for name in names}) == len(names)
    assert group_id("a b", "8a7c9c34") == "cimbus-a%20b-8a7c9c34"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("acks=0", "partitions"),  # lists the options
        ("partitions=-1", "partitions"),
        ("compression=brotli", "compression"),
        ("isolation=none", "isolation"),
        ("also=x:y", "also"),
        ("session=2&heartbeat=2", "heartbeat must be less than the option session"),
        ("max_message=10", "max_message"),
        ("template={noun}{verb}", "template"),
        ("ca=/x.pem", "kafkas://"),
    ],
)
def test_an_option_that_cannot_be_is_named(query, says):
    with pytest.raises(UsageError, match=says):
        KafkaTransport.from_url(f"kafka://localhost/?{query}")


@pytest.mark.parametrize("where", ["kafka://ana@localhost", "kafka://:pw@localhost", "kafka://localhost/topic"])
def test_a_url_that_says_half_is_refused(where):
    with pytest.raises(UsageError):
        KafkaTransport.from_url(where)
