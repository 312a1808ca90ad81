"""Frames from bytes in any pieces, and bytes that are no frames."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus_jms.stomp.codec import COMMANDS, FrameLimits, MalformedFrameError, StompFrame, write_frame
from cimbus_jms.stomp.frame_parser import FrameParser

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


NAMES = TEXT.filter(lambda name: name not in ("", "content-length"))


COMMAND = st.sampled_from(sorted(COMMANDS - {"CONNECT", "CONNECTED"}))


FRAMES = st.builds(StompFrame, COMMAND, st.dictionaries(NAMES, TEXT, max_size=6), st.binary(max_size=60))


NOISE = st.lists(st.sampled_from([b"\n", b"\r\n"]), max_size=3).map(b"".join)


def written(frame):
    return write_frame(frame.command, frame.headers.items(), frame.body)


def without_length(frames):
    for frame in frames:
        frame.headers.pop("content-length", None)
    return frames


def pieces_of(data, cuts, limits=None):
    """Feed data cut at some places; yield what each piece completes."""
    scanner = FrameParser(limits)
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    for start, end in itertools.pairwise(places):
        yield scanner.feed(data[start:end])


def in_pieces(data, cuts, limits=None):
    return [frame for frames in pieces_of(data, cuts, limits) for frame in frames]


@given(st.lists(st.tuples(FRAMES, NOISE), max_size=5), st.lists(st.integers(0, 2000), max_size=8))
def test_what_is_written_is_read_in_whatever_pieces(frames, cuts):
    data = b"".join(written(frame) + noise for frame, noise in frames)

    assert without_length(in_pieces(data, cuts)) == [frame for frame, _ in frames]


@given(FRAMES)
def test_one_byte_at_a_time(frame):
    data = written(frame)

    assert without_length(in_pieces(data, range(len(data)))) == [frame]


def spoiled(data):
    """Valid bytes with some of them replaced."""
    change = st.tuples(st.integers(0, max(0, len(data) - 1)), st.binary(max_size=3))
    return st.lists(change, max_size=4).map(lambda changes: _changed(data, changes))


def _changed(data, changes):
    for place, other in changes:
        data = data[:place] + other + data[place + len(other) :]
    return data


@given(st.one_of(st.binary(max_size=200), FRAMES.map(written).flatmap(spoiled)), st.lists(st.integers(0, 300)))
def test_hostile_bytes_raise_our_error_and_the_pieces_do_not_matter(data, cuts):
    limits = FrameLimits(headers=5, head=150, body=100)

    def outcome(cuts):
        found = []
        try:
            for frames in pieces_of(data, cuts, limits):
                found += frames
        except MalformedFrameError as exc:
            return found + exc.frames, True
        return found, False

    whole, wrong = outcome([])
    pieces, also_wrong = outcome(cuts)

    assert pieces == whole
    assert also_wrong == wrong


def test_carriage_returns_end_lines_too():
    data = b"\r\nMESSAGE\r\na:b\\rc\r\ncontent-length:3\r\n\r\n\n\n\0\0\r\nRECEIPT\r\nreceipt-id:1\r\n\r\n\0"

    assert FrameParser().feed(data) == [
        StompFrame("MESSAGE", {"a": "b\rc", "content-length": "3"}, b"\n\n\0"),
        StompFrame("RECEIPT", {"receipt-id": "1"}),
    ]


def test_the_first_of_two_headers_counts():
    """However it is written."""
    (frame,) = FrameParser().feed(b"MESSAGE\na\\cb:1\na\\cb:2\nx:3\nx:4\n\n\0")

    assert frame.headers == {"a:b": "1", "x": "3"}


def test_a_bare_colon_in_a_value_is_a_part_of_it():
    assert FrameParser().feed(b"MESSAGE\na:b:c\n\n\0")[0].headers == {"a": "b:c"}


def test_a_greeting_has_no_escapes():
    hello = write_frame("CONNECT", [("passcode", "a:b\\n")])

    assert hello == b"CONNECT\npasscode:a:b\\n\n\n\0"
    assert FrameParser().feed(b"CONNECTED\nserver:a\\nb\n\n\0")[0].headers == {"server": "a\\nb"}
    with pytest.raises(ValueError, match="several lines"):
        write_frame("CONNECT", [("passcode", "a\nb")])


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\nHost:x\n\n\0",
        b"message\n\n\0",
        b"MESSAGE\nnocolon\n\n\0",
        b"MESSAGE\n:empty name\n\n\0",
        b"MESSAGE\na:\\t\n\n\0",
        b"MESSAGE\na:ends\\\n\n\0",
        b"MESSAGE\na:b\rc\n\n\0",
        b"MESSAGE\na:\xff\n\n\0",
        b"MESSAGE\ncontent-length:-1\n\n\0",
        b"MESSAGE\ncontent-length:\xd9\xa1\n\n\0",
        b"MESSAGE\ncontent-length:1\n\nab\0",
        b"MESSAGE\ncontent-length:9999999999999\n\n\0",
        b"x" * 30,
    ],
)
def test_what_is_no_frame(data):
    with pytest.raises(MalformedFrameError):
        FrameParser().feed(data)


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    "data",
    [
        b"MESSAGE\n" + b"".join(b"h%d:\n" % number for number in range(11)) + b"\n\0",
        b"MESSAGE\nlong:" + b"x" * 1000,
        b"MESSAGE\nlong:" + b"x" * 1000 + b"\n\n\0",
        b"MESSAGE\n\n" + b"x" * 300,
        b"MESSAGE\ncontent-length:201\n\n",
    ],
)
def test_limits(data, step):
    with pytest.raises(MalformedFrameError):
        in_pieces(data, range(0, len(data), step), FrameLimits(headers=10, head=500, body=200))


def test_what_came_before_something_wrong_is_not_lost():
    with pytest.raises(MalformedFrameError) as caught:
        FrameParser().feed(b"ERROR\nmessage:why\n\n\0garbage that is no command\n")

    assert [frame.headers for frame in caught.value.frames] == [{"message": "why"}]


def test_large_bodies_are_looked_at_once():
    """Time that grows with the square of the size would not end within the test's patience."""
    size = 20_000_000
    body = b"x" * size
    for data in (write_frame("MESSAGE", [], body), write_frame("MESSAGE", [], body, measured=False)):
        scanner = FrameParser()
        found = []
        for start in range(0, len(data), 4096):
            found += scanner.feed(data[start : start + 4096])
        assert [len(frame.body) for frame in found] == [size]
