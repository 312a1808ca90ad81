"""Broker URLs as an attacker or a typing error writes them: read or refused, and no secret told."""

from __future__ import annotations

from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from cimbus.errors import UsageError
from cimbus.net import read_url

PORTS = {"wire": 1883, "wires": 8883}


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    qos: Annotated[int, Meta(ge=0, le=2)] = 1
    pause: Annotated[float, Meta(gt=0)] = 10.0


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for url in (text, f"wire://{text}", f"wire://h/?{text}", f"wire://h/?qos={text}"):
        try:
            address, options = read_url(url, PORTS, Options)
        except UsageError:
            continue
        assert address.scheme in PORTS
        assert 0 <= options.qos <= 2


@pytest.mark.parametrize("query", ["pause=0", "pause=nan", "pause=-inf", "qos=1.5", "qos=", "qos=true"])
def test_an_impossible_value_names_its_option(query):
    with pytest.raises(UsageError, match=query.partition("=")[0]):
        read_url(f"wire://h/?{query}", PORTS, Options)


@pytest.mark.parametrize("rest", ["h:port/", "h:99999/", "[h/", "h/#part", "h/?zzz=1", "h/?qos=9", "h/?qos=1&qos=1"])
def test_no_error_tells_the_password_nor_has_a_cause_that_does(rest):
    with pytest.raises(UsageError) as caught:
        read_url(f"wire://ana:s3cret@{rest}", PORTS, Options)

    assert "s3cret" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or "s3cret" not in repr(caught.value.__context__)
