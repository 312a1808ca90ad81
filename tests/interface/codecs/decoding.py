"""Decoding all there is in a document, and how it is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest

import cimbus
from cimbus import CimbusError, Limits


def survive(data: bytes | str, limits: Limits = cimbus.DEFAULT_LIMITS) -> cimbus.Message | None:
    """Decode all there is; None where it was refused as it should be."""
    with suppress(CimbusError):
        cimbus.decode_header(data, limits=limits)
    try:
        read = cimbus.decode(data, limits=limits)
        _ = read.payload, read.notes
    except CimbusError:
        return None
    return read


def refused(data: bytes | str, limits: Limits = cimbus.DEFAULT_LIMITS) -> CimbusError:
    with pytest.raises(CimbusError) as caught:
        _ = cimbus.decode(data, limits=limits).payload
    return caught.value
