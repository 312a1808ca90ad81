"""The cache of jars and compiled programs."""

from __future__ import annotations

import pytest

from cimbus.testing.brokers import BrokerFailedError
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.brokers.jars import compiled


def test_what_does_not_compile_says_why_and_leaves_nothing(tmp_path, monkeypatch):
    needed("activemq")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = tmp_path / "Broken.java"
    source.write_text('class Broken { int number = "text"; }')

    with pytest.raises(BrokerFailedError, match=r"incompatible types"):
        compiled(source, "")

    assert not list((tmp_path / "cache" / "cimbus-tests").iterdir())
