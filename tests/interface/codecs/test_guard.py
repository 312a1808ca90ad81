"""An exception that no code expected becomes one of ours, with its cause; the causes are found by the fuzz tests."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import DecodeError, EncodeError, Message, XmlElement
from cimbus.interface.codecs import api, rewrite, rewrite_header
from cimbus.interface.codecs.guard import GUARD
from cimbus.interface.codecs.xml import payload, walk_xml
from interface.codecs.codec_samples import message


class UnforeseenError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def fail(*_arguments: object, **_options: object) -> None:
    raise UnforeseenError


GOOD = message().encode()


def test_an_unforeseen_exception_is_a_decode_error(monkeypatch: pytest.MonkeyPatch) -> None:
    opened_later = walk_xml(GOOD, strict=False, limits=cimbus.DEFAULT_LIMITS)
    monkeypatch.setattr(payload, "read_payload", fail)
    monkeypatch.setattr(api.NATIVE, "is_on", False)
    monkeypatch.setattr(api, "decode_xml", fail)
    monkeypatch.setattr(api, "scan_header", fail)
    monkeypatch.setattr(rewrite, "rewrite_plain_xml", fail)

    for action in (
        lambda: cimbus.decode(GOOD),
        lambda: cimbus.decode_header(GOOD),
        lambda: rewrite_header(GOOD, correlation_id="1"),
        lambda: opened_later.payload,
        lambda: opened_later.notes,
    ):
        with pytest.raises(DecodeError, match="the reader failed: UnforeseenError") as caught:
            action()
        assert isinstance(caught.value.__cause__, UnforeseenError)


@pytest.mark.skipif(not api.NATIVE.is_on, reason="the native codec is not used")
def test_the_native_codec_is_guarded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.NATIVE, "read", fail)

    with pytest.raises(DecodeError, match="the reader failed: UnforeseenError"):
        cimbus.decode(GOOD)


def test_it_can_be_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.NATIVE, "is_on", False)
    monkeypatch.setattr(api, "decode_xml", fail)
    monkeypatch.setattr(GUARD, "exposed", True)

    with pytest.raises(UnforeseenError):
        cimbus.decode(GOOD)


def test_what_a_value_raises_is_an_encode_error() -> None:
    class Failing:
        def __getattr__(self, name: str) -> object:
            raise UnforeseenError

        __repr__ = __getattr__  # type: ignore[assignment]

    endless = XmlElement("a", "u")
    endless.children = (endless,)
    for form in ("xml", "json"):
        for wrong in (Message.of(XmlElement("a", text=Failing())), Message.of(endless), Message.of(endless, source=7)):
            with pytest.raises(EncodeError):
                cimbus.encode(wrong, form)
        for nothing in (None, 5, Failing()):
            with pytest.raises(EncodeError):
                cimbus.encode(nothing, form)
