"""The options of a URL."""

from __future__ import annotations

import pytest

from cimbus.errors import UsageError
from cimbus.middleware.memory import MemoryTransport


@pytest.mark.parametrize(
    "url", ["memory:?backlok=1", "memory:x?backlog=many", "memory:x?backlog=0", "memory:?backlog="]
)
def test_a_url_with_a_mistake_is_refused(url):
    with pytest.raises(UsageError, match="backlog"):
        MemoryTransport.from_url(url)


def test_a_url_is_read():
    transport = MemoryTransport.from_url("memory:my%20bus?backlog=7")

    assert (transport.name, transport.backlog) == ("my bus", 7)
