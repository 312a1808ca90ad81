"""The native codec for tests: they are skipped where it is not installed, which ``tests/run.py`` says loudly."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

import cimbus.nouns  # noqa: F401  # registers the nouns
from cimbus.interface.codecs.native import Codec, load
from cimbus.interface.codecs.native.forms import FormTables
from cimbus.interface.codecs.native.tables import Tables
from cimbus.testing.codec_fuzz import make_codec

# in CI it is there unless it was turned off: its tests fail there rather than be left out
OFF = "CI" not in os.environ or os.environ.get("CIMBUS_NATIVE") == "0"
needs_native = pytest.mark.skipif(load().module is None and OFF, reason=f"native codec: {load().reason}")


def codec(
    change: Callable[[Tables], Tables] | None = None,
    *,
    change_forms: Callable[[FormTables], FormTables] | None = None,
    in_parts: bool = False,
) -> Codec:
    """Return a codec of its own."""
    made = make_codec(change, change_forms=change_forms, in_parts=in_parts)
    assert made is not None
    return made
