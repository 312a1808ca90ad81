"""Transports by URL scheme, through the entry-point group ``cimbus.transports``."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from .errors import MissingExtraError, UnknownTransportError
from .transport import Transport

GROUP: Final = "cimbus.transports"


def schemes() -> list[str]:
    """Return the URL schemes that some installed transport answers to."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def open_transport(url: str) -> Transport:
    """Make the transport for a URL; nothing is connected yet.

    Raises:
        UnknownTransportError: no transport answers to the scheme; the message lists those there are.
        MissingExtraError: the transport's own package is not installed; the message says the command.
        UsageError: the URL has an option that the transport does not know.
    """
    scheme, colon, _ = url.partition(":")
    if not colon:
        raise UnknownTransportError(f"{url!r} is not the URL of a bus; it begins with one of {_known()}")
    points = [point for point in entry_points(group=GROUP) if point.name == scheme]
    if not points:
        raise UnknownTransportError(f"no transport answers to {scheme!r}; there are {_known()}")
    transport = cast("type[Transport]", _load(points[0]))
    return transport.from_url(url)


def _known() -> str:
    return ", ".join(f"{scheme}:" for scheme in schemes()) or "none: is cimbus installed?"


def _load(point: EntryPoint) -> object:
    try:
        return point.load()
    except ImportError as error:
        extra = point.module.removeprefix("cimbus_").partition(".")[0]
        raise MissingExtraError(
            f"{point.name}: needs {error.name or 'a package'}; install it with: pip install 'cimbus[{extra}]'"
        ) from error
