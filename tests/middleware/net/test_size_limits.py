"""What is too large for a broker or an option, and what just fits."""

from __future__ import annotations

import pytest

from cimbus.errors import MessageTooLargeError
from cimbus.middleware.net import check_option, too_large


def test_what_the_broker_takes_is_no_error():
    assert too_large("a packet", 100, 100) is None
    assert too_large("a packet", 101, 0) is None  # it does not say how much it takes


def test_an_error_says_how_much_too_large_it_is():
    error = too_large("a packet", 101, 100)
    assert isinstance(error, MessageTooLargeError)
    assert (error.size, error.limit) == (101, 100)
    assert error.reason == "a packet of 101 bytes; the broker takes at most 100"


def test_an_option_is_named():
    check_option("a body", 100, 100, "max_body")
    with pytest.raises(MessageTooLargeError, match="a body of 101 bytes; the option max_body is 100") as caught:
        check_option("a body", 101, 100, "max_body")
    assert (caught.value.size, caught.value.limit) == (101, 100)
