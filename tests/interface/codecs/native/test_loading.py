"""The native codec is used if it is there, of our version, and not turned off; else we say why."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import types
import warnings

import pytest

import cimbus
from cimbus.interface.codecs.native import NativeFront, load, loading

DOCUMENT = b"<Message><Header><Verb>get</Verb><Noun>MeterReadings</Noun></Header></Message>"


def installed(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    module = types.ModuleType("cimbus_native")
    module.__version__ = version  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cimbus_native", module)
    monkeypatch.delenv("CIMBUS_NATIVE", raising=False)


def test_one_of_our_version_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, importlib.metadata.version("cimbus"))

    found = load()

    assert found.module is sys.modules["cimbus_native"]
    assert (found.version, found.reason) == (importlib.metadata.version("cimbus"), "")


def test_one_of_another_version_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "0.0.0")

    with pytest.warns(RuntimeWarning, match=r"cimbus-native is not used: its version is 0\.0\.0"):
        found = load()

    assert found.module is None
    assert NativeFront(found).decode(DOCUMENT, cimbus.DEFAULT_LIMITS) is None
    assert NativeFront(found).stats().reason.startswith("its version is 0.0.0")


def test_one_that_cannot_be_loaded_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CIMBUS_NATIVE", raising=False)

    def fail(name: str) -> None:
        raise ImportError(f"{name}: wrong ELF class", name=name)

    monkeypatch.setattr(loading.importlib, "import_module", fail)
    with pytest.warns(RuntimeWarning, match="wrong ELF class"):
        assert load().module is None


def test_it_need_not_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CIMBUS_NATIVE", raising=False)
    monkeypatch.setitem(sys.modules, "cimbus_native", None)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = load()

    assert found.module is None
    assert "pip install" in found.reason


def test_the_environment_turns_it_off() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import cimbus; print(cimbus.codecs.stats())"],
        env={**os.environ, "CIMBUS_NATIVE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "native=''" in done.stdout
    assert "turned off by CIMBUS_NATIVE=0" in done.stdout
