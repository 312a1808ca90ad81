"""URLs as they may be shown: without the password, wherever a typing error has put it. Pure."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "***"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
"""RFC 3986, 3.1; longer than any scheme that is in use, so that a text with a colon somewhere is not shown as one."""
_HOSTS: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]]*)(:[0-9]{1,5})?(,[^\s:/?#@\[\]]+(:[0-9]{1,5})?)*")
"""What may stand where a host is expected: names or addresses, each with a port or without one (RFC 3986, 3.2)."""
_USER: Final = re.compile(r"(?P<user>[^\s:/?#@\[\]]*)(?P<password>:[^/?#@]*)?@")
_FILES: Final = frozenset(("sqlite", "memory"))
"""Schemes whose path is the name of the bus, and which have no password."""
_LOOKS_SECRET: Final = re.compile(r":.*@", re.DOTALL)


def safe_url(url: str) -> str:
    """Return a URL as it may stand in a log, an error or on a terminal: scheme, user, host and port.

    A password is written as ``***``, and so is everything that could be one in a URL that is not well-formed. Options
    are left out. A file's path is shown.

    >>> safe_url("mqtt://ana:secret@host:1883/?qos=2"), safe_url("mqtt:///ana:secret@host")
    ('mqtt://ana:***@host:1883', 'mqtt://***')
    >>> safe_url("sqlite:///var/bus.db?retention=60")
    'sqlite:///var/bus.db'
    """
    found = _SCHEME.match(url)
    if found is None:
        return HIDDEN
    scheme, rest = found[0], url[found.end() :]
    if scheme[:-1].lower() in _FILES and (not rest.startswith("//") or rest.startswith("///")):
        path = re.split("[?#]", rest, maxsplit=1)[0]
        return scheme + (HIDDEN if _LOOKS_SECRET.search(rest) else path)
    if rest in ("", "//"):
        return url
    if not rest.startswith("//"):
        return f"{scheme}{HIDDEN}"
    place = _place(rest[2:])
    return f"{scheme}//{HIDDEN if place is None else place}"


def bus_name(url: str) -> str:
    """Return what all users of a bus call it: its URL without user, password and options.

    >>> bus_name("mqtt://ana:secret@host:1883/?qos=2")
    'mqtt://host:1883'
    """
    scheme, slashes, place = safe_url(url).partition("//")
    return f"{scheme}{slashes}{place.rpartition('@')[2]}"


def _place(text: str) -> str | None:
    """Return user, host and port of what stands behind ``//``; None if it is not well-formed."""
    user = _USER.match(text)
    hosts = _HOSTS.match(text, user.end() if user else 0)
    rest = "" if hosts is None else text[hosts.end() :]
    # an @ further behind may be the end of a password that holds / ? or #
    if hosts is None or "@" in rest or (rest and rest[0] not in "/?#") or not hosts[0]:
        return None
    if user is None:
        return hosts[0]
    return f"{user['user']}{f':{HIDDEN}' if user['password'] else ''}@{hosts[0]}"
