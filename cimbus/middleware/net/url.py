"""URLs of brokers: scheme, host, port, user, password, and typed options.

Rules: the options are the fields of a msgspec struct, so that their names, types, bounds and defaults stand in one
place. An unknown option is an error that lists the known ones. No message here contains a password or a whole URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Final, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import msgspec
from msgspec import Meta

from cimbus.errors import UsageError

from .backoff import Backoff

T = TypeVar("T", bound=msgspec.Struct)

MAX_SHOWN_NAME: Final = 40
"""How long the name of an unknown option may be to be shown, in characters: the longest that there is has 15."""


class BrokerOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of any broker's URL; times are in seconds, sizes in bytes.

    >>> class MyOptions(BrokerOptions, frozen=True, kw_only=True):
    ...     qos: Annotated[int, Meta(ge=0, le=2)] = 1
    >>> read_options("qos=2&connect_timeout=3", MyOptions).qos
    2
    """

    template: str = ""
    """How topics are written; empty: as the transport has it by default."""
    connect_timeout: Annotated[float, Meta(gt=0)] = 10.0
    """How long the broker may take to accept a connection, and to set up a subscription. 10 s is longer than a TLS
    handshake over a poor mobile link takes, and short enough to try another time."""
    reconnect_backoff_max: Annotated[float, Meta(gt=0, le=60)] = 3.0
    """The longest pause before a lost connection is tried again (Kafka: reconnect.backoff.max.ms); each one is drawn
    between 0 and a bound that doubles up to this. 3 s: a broker that is back is found within seconds, and a thousand
    clients are 700 attempts a second, which cost a host without a broker little. At most a minute, so that
    what a broker keeps for a client that lost its connection (MQTT: five minutes) is still there."""
    ca: str = ""
    """A PEM file with the certificates to trust in place of the system's."""
    cert: str = ""
    """A PEM file with our own certificate."""
    key: str = ""
    """A PEM file with its private key, unless that is in ``cert``."""
    password_file: str = ""
    """A file whose first line is the password; only its owner may be able to read it."""
    insecure: bool = False
    """A password may be sent in the clear to another machine."""

    def backoff(self) -> Backoff:
        """Return the pauses between attempts to connect, for one client; the first is at most a tenth of a second."""
        return Backoff(min(Backoff.FIRST, self.reconnect_backoff_max), self.reconnect_backoff_max)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a broker is, and as which user to log in; the password is never shown.

    >>> Address(scheme="mqtt", host="::1", port=1883, user="ana", password="secret")
    Address(mqtt://ana@::1:1883)
    """

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None
    path: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}://{host_port(self.host, self.port)}"

    def __repr__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        return f"Address({self.scheme}://{user}{self.host}:{self.port}{self.path})"


def read_url(url: str, ports: Mapping[str, int], options: type[T]) -> tuple[Address, T]:
    """Read a URL whose scheme is one of ``ports`` (with its default port) and whose query holds ``options``.

    Raises:
        UsageError: the scheme or an option is unknown, or a value is impossible.

    >>> address, options = read_url("mqtts://ana:secret@broker/?ca=ca.pem", {"mqtts": 8883}, BrokerOptions)
    >>> address, options.ca
    (Address(mqtts://ana@broker:8883/), 'ca.pem')
    """
    parts = split_url(url)
    port = -1 if parts is None else _port(parts)
    if parts is None or port == -1:
        raise UsageError(f"not a URL that can be read; it is written {_form(ports)}")
    if parts.scheme not in ports:
        scheme = f" {parts.scheme!r}" if _is_scheme(url, parts.scheme) else ""
        raise UsageError(f"unknown scheme{scheme}; the URL is written {_form(ports)}")
    if "@" in parts.path or (parts.netloc == "" and "@" in url):
        raise UsageError(
            f"an @ where no user can be: the URL is written {_form(ports)}, with / ? # and @ in a user name or "
            "password as %2F %3F %23 and %40"
        )
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


def split_url(url: str) -> SplitResult | None:
    """Return the parts of a URL; None if it cannot be read: an error would show all of it.

    >>> split_url("mqtt://ana:secret[@host") is None
    True
    """
    with suppress(ValueError):
        return urlsplit(url)
    return None


def _port(parts: SplitResult) -> int | None:
    """Return the port; -1 if what stands there is none."""
    with suppress(ValueError):
        return parts.port
    return -1


def _is_scheme(url: str, scheme: str) -> bool:
    """Return whether what stands before the colon is a scheme for certain, and may be shown: // stands behind it."""
    return bool(scheme) and url[len(scheme) :].startswith("://")


def read_options(query: str, options: type[T]) -> T:
    """Read the options in a URL's query.

    Raises:
        UsageError: an option is unknown or given twice, or a value is impossible.

    >>> read_options("template={noun}", BrokerOptions).template
    '{noun}'
    """
    known = [field.encode_name for field in msgspec.structs.fields(options)]
    if "@" in query:  # or a password with a ? in it goes on there, up to the @: nothing of it is shown
        raise UsageError("an @ in the options: write it as %40, and ? in a user name or password as %3F")
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            unknown = f" {name!r}" if name.isidentifier() and len(name) <= MAX_SHOWN_NAME else ""
            raise UsageError(f"unknown option{unknown}; there are {', '.join(sorted(known))}")
        if name in values:
            raise UsageError(f"the option {name} is given twice; give it once")
        values[name] = value
    try:
        return msgspec.convert(values, options, strict=False)
    except msgspec.ValidationError as exc:
        raise UsageError(f"an option has an impossible value: {exc}") from None


def read_hosts(text: str, port: int) -> list[tuple[str, int]]:
    """Read the option ``also``: hosts, each with its port or the given one.

    Raises:
        UsageError: it is not a list of ``host:port``.

    >>> read_hosts("b, [::1]:2", 1)
    [('b', 1), ('::1', 2)]
    """
    found: list[tuple[str, int]] = []
    for word in filter(None, text.split(",")):
        host, colon, number = word.strip().rpartition(":")
        if not colon:
            host, number = number, str(port)
        if not host or not number.isdecimal() or not 0 < int(number) < 65_536:
            raise UsageError("the option also is written host:port,host:port")
        found.append((host.removeprefix("[").removesuffix("]"), int(number)))
    return found


def host_port(host: str, port: int) -> str:
    """Write a host and its port, an IPv6 address in brackets (RFC 3986, 3.2.2).

    >>> host_port("::1", 1883)
    '[::1]:1883'
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _form(ports: Mapping[str, int]) -> str:
    return " or ".join(f"{scheme}://user:password@host:port/?option=value" for scheme in ports)
