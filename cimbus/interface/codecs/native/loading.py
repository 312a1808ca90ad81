"""Whether the native codec (the distribution ``cimbus-native``) is there, and why it is not used if it is not."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, cast

import msgspec

from cimbus.interface.codecs.limits import Limits
from cimbus.interface.envelope import Header
from cimbus.interface.message import Message

from .forms import FormTables
from .tables import Tables

MODULE: Final = "cimbus_native"
"""The module of the distribution."""
VARIABLE: Final = "CIMBUS_NATIVE"
"""The environment variable that turns it off with ``0``."""


ColumnsGiven = tuple[Callable[[str], tuple[str, str, int]], Callable[[str], str], Callable[..., Any]]
"""What gives what a reading type is (text, unit, multiplier) and what qualities are, and ``numpy.empty``."""


class Codec(Protocol):
    """The native codec, made from tables; each method answers None where it is not sure.

    >>> [name for name in vars(Codec) if name in ("read", "encode")]
    ['read', 'encode']
    """

    def read(self, data: bytes, /) -> Message[Any] | None:
        """Return the message in a document, XML or JSON, within the default limits, and count it."""
        ...

    def counts(self) -> tuple[int, int, int, int]:
        """Return how many documents ``read`` has read and left: XML, then JSON."""
        ...

    def decode(self, data: bytes, limits: Limits, /) -> Message[Any] | None:
        """Return the message in a document."""
        ...

    def decode_header(self, head: bytes, limits: Limits, /) -> Header | None:
        """Return the header of the message in a document of which these are the first octets."""
        ...

    def decode_json(self, data: bytes, /) -> Message[Any] | None:
        """Return the message in a JSON document whose size the caller has looked at."""
        ...

    def decode_json_header(self, head: bytes, /) -> Header | None:
        """Return the header of the message in a JSON document of which these are the first octets."""
        ...

    def columns(
        self, data: bytes, limits: Limits, roles: Sequence[tuple[str, type[Any]]], given: ColumnsGiven, /
    ) -> tuple[Any, bytearray, bytearray] | None:
        """Return the readings in a document: texts, times, values; ``roles`` says what classes are to them."""
        ...

    def encode(self, message: Message[Any], lenient: bool, /) -> bytes | None:
        """Return a message as a document with a generic root."""
        ...


class NativeModule(Protocol):
    """What the module of the distribution has."""

    __version__: str

    def Codec(self, tables: Tables, forms: FormTables, large: int = ..., /) -> Codec:  # noqa: N802  # a class there
        """Make a codec; ``large``: octets from which a document's payload is made when it is looked at."""
        ...


class Loaded(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        module: the module, None if it is not to be used.
        version: its version, empty if it is not there.
        reason: why it is not used, empty if it is.

    >>> Loaded(None, "", "not installed").reason
    'not installed'
    """

    module: NativeModule | None
    version: str
    reason: str


def load() -> Loaded:
    """Look for the native codec.

    One of another version is not used, since it may read by other rules: a warning says so.

    >>> isinstance(load().reason, str)
    True
    """
    if os.environ.get(VARIABLE) == "0":
        return Loaded(None, "", f"turned off by {VARIABLE}=0")
    try:
        module = cast("NativeModule", importlib.import_module(MODULE))
    except ModuleNotFoundError as error:
        if error.name != MODULE:
            raise
        return Loaded(None, "", "not installed: pip install 'cimbus[native]'")
    except ImportError as error:  # a library made for another Python or system
        return refused("", f"cannot be loaded: {error}")
    ours = importlib.metadata.version("cimbus")
    if module.__version__ != ours:
        return refused(module.__version__, f"its version is {module.__version__}, and that of cimbus {ours}")
    return Loaded(module, module.__version__, "")


def refused(version: str, reason: str) -> Loaded:
    """Warn that the native codec is not used, and return that.

    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     refused("0.0.1", "too old").reason
    'too old'
    """
    warnings.warn(f"cimbus-native is not used: {reason}; messages are read without it", RuntimeWarning, stacklevel=2)
    return Loaded(None, version, reason)
