"""Until when a message is of use."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from cimbus import Frame, Topic
from cimbus.middleware.expiry import CLOCK_SET, expiration, expires_at, is_expired, without_expiration

NOW = 1_800_000_000.0


def frame(**properties):
    return Frame(topic=Topic("production", "events", "N", "created"), body=b"", properties=properties)


@pytest.mark.parametrize(
    "expires",
    [timedelta(seconds=2), 2, 2.0, datetime.fromtimestamp(NOW + 2, UTC)],
    ids=["timedelta", "int", "float", "at"],
)
def test_a_time_or_a_duration_is_written_in_milliseconds(expires):
    assert expiration(expires, NOW) == "1800000002000"


def test_what_has_no_zone_or_no_meaning_is_refused():
    with pytest.raises(ValueError, match="zone"):
        expiration(datetime(2030, 1, 1), NOW)  # noqa: DTZ001
    with pytest.raises(TypeError, match="timedelta"):
        expiration("tomorrow", NOW)


def test_a_clock_that_is_not_set_says_nothing():
    assert expiration(timedelta(hours=1), 100.0) is None
    assert expiration(datetime.fromtimestamp(NOW, UTC), 100.0) is None
    assert not is_expired(frame(JMSExpiration="100000"), NOW)  # the sender's was not set
    assert not is_expired(frame(JMSExpiration=str(int(NOW * 1000))), 100.0)  # the receiver's is not


def test_without_limit():
    assert expiration(math.inf, NOW) is None
    assert expires_at({"JMSExpiration": "9" * 18}) > NOW


@pytest.mark.parametrize("text", ["0", "", "-1", "soon", "1e3", "9" * 40, "٣" * 13])
def test_what_is_no_number_of_milliseconds_does_not_expire(text):
    assert expires_at({"JMSExpiration": text}) == math.inf


def test_it_is_expired_from_its_time_on():
    one = frame(JMSExpiration=expiration(0, NOW), Source="HES")

    assert is_expired(one, NOW)
    assert not is_expired(one, NOW - 0.001)
    assert not is_expired(without_expiration(one), NOW)
    assert without_expiration(one).properties == {"Source": "HES"}
    assert CLOCK_SET < NOW
