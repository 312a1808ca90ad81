"""URLs of brokers: scheme, host, port, user, password, and typed options.

Rules: the options are the fields of a msgspec struct, so that their names, types, bounds and defaults stand in one
place. An unknown option is an error that lists those that exist. No message here repeats a password or a whole URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from cimbus.errors import UsageError

T = TypeVar("T", bound=msgspec.Struct)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a broker is, and who we are to it; its password is never shown."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def __repr__(self) -> str:
        who = f"{self.user}@" if self.user else ""
        return f"Address({self.scheme}://{who}{self.host}:{self.port}{self.path})"


def read_url(url: str, ports: Mapping[str, int], options: type[T]) -> tuple[Address, T]:
    """Read a URL whose scheme is one of ``ports`` (with its default port) and whose query holds ``options``.

    Raises:
        UsageError: the scheme or an option is unknown, or a value is impossible.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError(f"not a URL that can be read; it is written {_form(ports)}") from None
    if parts.scheme not in ports:
        raise UsageError(f"unknown scheme {parts.scheme!r}; the URL is written {_form(ports)}")
    if parts.fragment:
        raise UsageError("a broker's URL has no fragment; write # in a user name, password or option as %23")
    address = Address(
        scheme=parts.scheme,
        host=parts.hostname or "localhost",
        port=ports[parts.scheme] if port is None else port,
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        path=unquote(parts.path),
    )
    return address, read_options(parts.query, options)


def read_options(query: str, options: type[T]) -> T:
    """Read the options in a URL's query.

    Raises:
        UsageError: an option is unknown or given twice, or a value is impossible.
    """
    known = [field.encode_name for field in msgspec.structs.fields(options)]
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            raise UsageError(f"unknown option {name!r}; there are {', '.join(sorted(known))}")
        if name in values:
            raise UsageError(f"the option {name} is given twice")
        values[name] = value
    try:
        return msgspec.convert(values, options, strict=False)
    except msgspec.ValidationError as exc:
        raise UsageError(f"an option has an impossible value: {exc}") from None


def _form(ports: Mapping[str, int]) -> str:
    return " or ".join(f"{scheme}://user:password@host:port/?option=value" for scheme in ports)
