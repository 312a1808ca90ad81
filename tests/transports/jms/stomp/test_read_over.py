"""A MESSAGE that is too large or strange is read over; what cannot be framed is told with what is known of it."""

from __future__ import annotations

import pytest

from cimbus_jms.stomp.codec import FrameLimits, MalformedFrameError, StompFrame
from cimbus_jms.stomp.frame_parser import FrameParser
from cimbus_jms.stomp.headers import NEEDED, readable, shortened

LIMITS = FrameLimits(headers=10, head=500, body=200)
GOOD = StompFrame("MESSAGE", {"ack": "2"}, b"good")
NEXT = b"MESSAGE\nack:2\n\ngood\0"
HEAD = b"MESSAGE\nack:1\nmessage-id:m\n"


def fed(data, step, limits=LIMITS):
    parser, found = FrameParser(limits, read_over=True), []
    for start in range(0, len(data), step):
        found += parser.feed(data[start : start + step])
        kept = len(parser._rest)
        assert kept <= max(limits.head, limits.body) + step + 500
    return found


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("data", "defect"),
    [
        (HEAD + b"\n" + b"x" * 300 + b"\0", "a body of 300 octets; the limit is 200 (?max_body=)"),
        (HEAD + b"content-length:300\n\n" + b"\0" * 301, "a body of 300 octets; the limit is 200 (?max_body=)"),
        (HEAD + b"".join(b"h%d:\n" % number for number in range(11)) + b"\nbody\0", "more than 10 headers"),
        (b"MESSAGE\nlong:" + b"x" * 1000 + HEAD[7:] + b"\nbody\0", "head is longer than 500 octets"),
        (HEAD + b"nocolon\n\nbody\0", "without a colon"),
        (HEAD + b":empty name\n\nbody\0", "without a name"),
        (HEAD + b"a:\\t\n\nbody\0", "an unknown escape"),
        (HEAD + b"a:ends\\\n\nbody\0", "an unknown escape"),
        (HEAD + b"a:b\rc\n\nbody\0", "carriage return"),
        (HEAD + b"a:\xff\n\nbody\0", "not UTF-8"),
        (b"MESSAGE\r\n" + b"x" * 600 + b"\r\nack:1\r\nmessage-id:m\r\n\r\nbody\0", "head is longer"),
    ],
)
def test_it_is_read_over_and_the_next_one_is_read(data, defect, step):
    bad, good = fed(data + NEXT, step)

    assert defect in bad.defect
    assert (bad.headers["ack"], bad.headers["message-id"]) == ("1", "m")
    assert bad.body in (b"", b"body")
    assert good == GOOD


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"content-length:-1\n\n\0",
        HEAD + b"content-length:1\n\nab\0",
        HEAD + b"content-length:9999999999999\n\n\0",
    ],
)
def test_what_cannot_be_framed_is_told_with_its_head(data, step):
    with pytest.raises(MalformedFrameError) as caught:
        fed(data, step)

    (message,) = caught.value.frames
    assert message.fatal
    assert message.headers["ack"] == "1"


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\nHost:x\n\n\0", b"RECEIPT\nnocolon\n\n\0", b"ERROR\n\n" + b"x" * 300]
)
def test_only_messages_are_read_over(data):
    with pytest.raises(MalformedFrameError):
        fed(data, 1 << 20)


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
def test_of_a_long_head_the_needed_headers_are_kept_wherever_they_stand(step):
    lines = [b"x%d:%d" % (number, number) for number in range(200)]
    needed = [b"%b:%d" % (name.encode(), number) for number, name in enumerate(sorted(NEEDED - {"content-length"}))]
    for place, line in enumerate(needed):
        lines.insert(place * 23, line)
    bad, good = fed(b"MESSAGE\n" + b"\n".join(lines) + b"\n\nbody\0" + NEXT, step)

    assert sorted(bad.headers) == sorted(NEEDED - {"content-length"})
    assert (bad.body, good) == (b"body", GOOD)


def test_a_shortened_head_fits_whatever_it_was():
    lines = [b"%b:" % name.encode() + b"x" * 1_000 for name in NEEDED] * 3

    assert len(shortened(b"MESSAGE\n" + b"\n".join(lines), 1_600)) < 1_600


def test_headers_that_cannot_be_read_are_shown():
    assert readable(b"MESSAGE\na:\\t\n\xff:1\nno colon\n:2\nb:\\c\nb:3", 10) == {"a": "\\t", "\\xff": "1", "b": ":"}
