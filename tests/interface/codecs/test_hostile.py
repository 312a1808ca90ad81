"""Documents that are broken or built to mislead: refused with a ``CimbusError``; never another exception."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import CimbusError
from interface.codecs.codec_samples import events, message
from interface.codecs.decoding import refused, survive

GOOD = message(events("a", "b"))


def test_a_cut_message_is_refused_wherever_it_was_cut():
    for data in (GOOD.encode(), GOOD.encode("utf-16"), cimbus.encode(cimbus.decode(GOOD), "json")):
        for end in range(0, len(data) - 1, 50):
            assert survive(data[:end]) is None, data[:end]


BROKEN = {
    "empty": b"",
    "spaces": b" \r\n\t ",
    "only a mark": b"\xef\xbb\xbf",
    "only a declaration": b'<?xml version="1.0"?>',
    "an open comment": b"<!-- " * 1_000,
    "an open instruction": b"<?x " * 1_000,
    "noise": bytes(range(256)) * 4,
    "zeros": bytes(1_000),
    "UTF-16 of odd length": GOOD.encode("utf-16")[:-1],
    "half a surrogate": b"\xff\xfe<\0\x00\xd8>\0",
    "invalid UTF-8": GOOD.replace(">HES<", ">\xe9<").encode("latin-1"),
    "NUL": GOOD.encode().replace(b"HES", b"H\0S"),
    "a control character": GOOD.encode().replace(b"HES", b"H\x01S"),
    "a control character by number": GOOD.encode().replace(b"HES", b"&#1;"),
    "an undeclared prefix": GOOD.encode().replace(b"Source>", b"q:Source>"),
    "two roots": (GOOD + GOOD).encode(),
    "HTML": b"<html><body><p>502 Bad Gateway<br></body></html>",
    "another root": b"<a/>",
    "an unclosed tag": b"<EventMessage",
    "plain words": b"hello",
    "a JSON text": b'"hello"',
    "a JSON number": b"17",
    "an empty object": b"{}",
    "an empty list": b"[]",
    "a list of lists": b"[[[1]]]",
    "an empty header": b'{"EventMessage":{"Header":{}}}',
    "a header of the wrong type": b'{"EventMessage":{"Header":["Verb","Noun"]}}',
    "verbs of the wrong type": b'{"EventMessage":{"Header":{"Verb":null,"Noun":"X"}}}',
    "NaN": b'{"EventMessage":{"Header":{"Verb":"created","Noun":NaN}}}',
    "invalid UTF-8 in JSON": b'{"EventMessage":{"Header":{"Verb":"created","Noun":"\xff"}}}',
    "a lone surrogate in JSON": b'{"EventMessage":{"Header":{"Verb":"created","Noun":"\\ud800"}}}',
    "a huge number for a verb": b'{"EventMessage":{"Header":{"Verb":' + b"1" * 6_000 + b',"Noun":"X"}}}',
    "a trailing comma": b'{"EventMessage":{"Header":{"Verb":"created","Noun":"X"},}}',
}


LATE = {"two roots", "a trailing comma", "UTF-16 of odd length", "an undeclared prefix"}
"""Broken after the header, or in what takes a whole parser to see: ``decode_header`` may not look at it."""


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_message_is_refused(name):
    refused(BROKEN[name])
    if name not in LATE:
        with pytest.raises(CimbusError):
            cimbus.decode_header(BROKEN[name])


def test_an_instruction_that_looks_like_a_header_is_none():
    fake = "<Header><Verb>deleted</Verb><Noun>Fake</Noun></Header>"

    for before in (f"<?x {fake}?>", f"<!-- {fake} -->", f"<?xml version='1.0'?><?x {fake}?>", f"<?x <?xml {fake}?>"):
        assert cimbus.decode_header(before + GOOD).noun == "EndDeviceEvents"
