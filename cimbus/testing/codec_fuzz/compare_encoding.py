"""Whether the native codec writes a message octet for octet as the writer in Python does."""

from __future__ import annotations

from typing import Any

from cimbus.interface.codecs.native import Codec
from cimbus.interface.codecs.xml import render
from cimbus.interface.message import Message

from .compare import Comparison


def compare_encoding(codec: Codec, message: Message[Any]) -> Comparison:
    """Write a message with the native codec and, if that takes it, with the writer in Python; strictly and leniently.

    >>> from cimbus.testing.codec_fuzz.run import make_codec
    >>> message = Message.of(None, verb="delete", noun="EndDeviceControls")
    >>> compare_encoding(make_codec(), message).accepted if make_codec() else True
    True
    """
    accepted = False
    for lenient in (False, True):
        ours = codec.encode(message, lenient)
        if ours is None:
            continue
        accepted = True
        theirs = in_python(message, lenient=lenient)
        if ours != theirs:
            how = "leniently" if lenient else "strictly"
            return Comparison(accepted=True, wrong=f"written {how} as {ours!r}\nthe writer in Python: {theirs!r}")
    return Comparison(accepted=accepted, wrong="")


def in_python(message: Message[Any], *, lenient: bool) -> bytes | str:
    """Return what the writer in Python writes, or what it raises.

    >>> in_python(Message.of(None, verb="delete", noun="EndDeviceControls"), lenient=False)[:5]
    b'<?xml'
    """
    try:
        return render(message, lenient=lenient).encode()
    except Exception as error:  # noqa: BLE001  # whatever it raises, it writes nothing
        return repr(error)
