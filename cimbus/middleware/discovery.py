"""Transports by URL scheme, through the entry-point group ``cimbus.transports``."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from cimbus.errors import MissingExtraError, UnknownTransportError

from .naming import Naming
from .safe_url import safe_url
from .transport import Transport

GROUP: Final = "cimbus.transports"


def schemes() -> list[str]:
    """Return the URL schemes of the installed transports.

    >>> {"memory", "sqlite"} <= set(schemes())
    True
    """
    return sorted({point.name for point in entry_points(group=GROUP)})


def open_transport(url: str) -> Transport:
    """Make the transport for a URL; nothing is connected yet.

    Raises:
        UnknownTransportError: no transport has this scheme; the message lists those that are installed.
        MissingExtraError: the transport's own package is not installed; the message says the command.
        UsageError: the URL has an option that the transport does not know.
    """
    scheme, colon, _ = url.partition(":")
    if not colon:  # the text is not shown: it may be anything, a password, too
        raise UnknownTransportError(f"this is not the URL of a bus; it begins with one of {_known()}")
    points = [point for point in entry_points(group=GROUP) if point.name == scheme]
    if not points:
        shown = f" {scheme!r}" if safe_url(url).startswith(f"{scheme}:") else ""
        raise UnknownTransportError(f"no transport has the scheme{shown}; there are {_known()}")
    transport = cast("type[Transport]", _load(points[0]))
    return transport.from_url(url)


def installed_namings() -> dict[str, Naming]:
    """Return how topics are written by default on each kind of broker whose transport is installed, by its name."""
    found: dict[str, Naming] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            found.update(cast("type[Transport]", _load(point)).namings())
        except MissingExtraError:
            continue
    return found


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
