"""The options of a URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from cimbus.errors import UsageError
from cimbus.middleware.sqlite import SqliteTransport
from cimbus.middleware.sqlite.store import Bounds


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:",
        "sqlite::memory:",
        "sqlite:///",
        "sqlite://host/x.db",
        "sqlite:x.db?size=1",
        "sqlite:x.db?max_size=k",
        "sqlite:x.db?retention=1d",
    ],
)
def test_a_url_with_a_mistake_is_refused(url):
    with pytest.raises(UsageError):
        SqliteTransport.from_url(url)


def test_a_url_is_read():
    transport = SqliteTransport.from_url("sqlite:///var/my%20bus.db?max_size=1000000&retention=60")

    assert (str(transport.path), transport.bounds) == ("/var/my bus.db", Bounds(max_size=1_000_000, retention=60))
    assert Path.cwd() / "bus.db" == SqliteTransport.from_url("sqlite:bus.db").path


@pytest.mark.parametrize("query", ["max_size=-1", "retention=-1", "retention=nan", "retention=inf", "max_size=1.5"])
def test_a_bound_that_is_none_is_named(query):
    with pytest.raises(UsageError, match=query.partition("=")[0]):
        SqliteTransport.from_url(f"sqlite:x.db?{query}")


def test_an_unknown_option_lists_those_that_exist():
    with pytest.raises(UsageError, match=r"'size'.*max_size, retention"):
        SqliteTransport.from_url("sqlite:x.db?size=1")
