"""Broker URLs as an attacker or a typing error writes them: read or refused, and no secret told."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from cimbus.errors import UsageError
from cimbus.middleware.net import Address, BrokerOptions, read_url
from cimbus.middleware.net.url import read_options

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


def test_the_pauses_between_attempts_have_a_bound_that_is_an_option():
    """Full jitter: each is drawn between zero and a bound that doubles."""
    for query, bounds in (("", [0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 3.0]), ("reconnect_backoff_max=0.05", [0.05, 0.05])):
        backoff = read_options(query, BrokerOptions).backoff()
        for bound in bounds:
            assert backoff.bound == bound
            assert 0 <= backoff.pause() <= bound


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


OTHER_PORTS = {"mq": 1, "mqs": 2}


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    qos: Annotated[int, Meta(ge=0, le=2)] = 1
    mode: Literal["a", "b"] = "a"
    wait: float = 1.5
    fast: bool = False


def test_a_whole_url():
    address, options = read_url(
        "mqs://us%40er:p%3Ass@host:99/a%20b?qos=2&wait=0.5&fast=true&mode=b", OTHER_PORTS, Choices
    )
    assert address == Address(scheme="mqs", host="host", port=99, user="us@er", password="p:ss", path="/a b")
    assert options == Choices(qos=2, wait=0.5, fast=True, mode="b")
    assert str(address) == "mqs://host:99"


def test_defaults():
    address, options = read_url("mq:", OTHER_PORTS, Choices)
    assert address == Address(scheme="mq", host="localhost", port=1)
    assert options == Choices()
    assert str(read_url("mq://[::1]/", OTHER_PORTS, Choices)[0]) == "mq://[::1]:1"


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("mq://u:s3cret@h/?nope=1", "unknown option 'nope'; there are fast, mode, qos, wait"),
        ("mq://u:s3cret@h/?qos=9", "qos"),
        ("mq://u:s3cret@h/?qos=x", "qos"),
        ("mq://u:s3cret@h/?mode=c", "mode"),
        ("mq://u:s3cret@h/?qos=1&qos=1", "twice"),
        ("xx://u:s3cret@h/", "unknown scheme 'xx'.*mqs://"),
        ("mq://u:s3cret@h:port/", "not a URL"),
        ("mq://u:s3cret@h/#x", "%23"),
    ],
)
def test_what_is_refused(url, text):
    with pytest.raises(UsageError, match=text) as caught:
        read_url(url, OTHER_PORTS, Choices)
    assert "s3cret" not in str(caught.value)


def test_passwords_are_not_shown():
    assert "s3cret" not in repr(read_url("mq://u:s3cret@h", OTHER_PORTS, Choices)[0])
