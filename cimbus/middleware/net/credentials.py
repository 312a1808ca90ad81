"""User and password of a connection: from the URL, a file, or the environment, and where they may be sent.

Rules:

* A password in a URL stands in the list of processes, in shell histories and in unit files. So it can come from
  ``?password_file=PATH`` or from ``$CIMBUS_PASSWORD`` instead. One that is given in two places is an error.
* A password is not sent in the clear to another machine: the URL has the scheme with TLS, or ``?insecure=true``.
* No text here contains a password, nor what stands in its file.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Container, Iterable
from typing import Final, Protocol

import msgspec

from cimbus.errors import UsageError

from .url import Address

VARIABLE: Final = "CIMBUS_PASSWORD"
"""The environment variable with the password of a URL that has a user, and no password and no file."""
MAX_FILE: Final = 65_536
"""How much of a password file is read, in octets: what the longest password field has, MQTT's (MQTT 5.0, 1.5.6)."""
_OTHERS: Final = 0o077
"""The bits of a file's mode that let somebody else than its owner use it."""
_ROOTS: Final = 0o037
"""The same for a file of root, which may be read by a group, as libpq allows it: how services get secrets."""


class LoginOptions(Protocol):
    """Options of a URL about its password."""

    @property
    def password_file(self) -> str:
        """The file whose first line is the password; empty: none."""
        ...

    @property
    def insecure(self) -> bool:
        """The password may be sent in the clear."""
        ...


def with_password(
    address: Address, options: LoginOptions, tls_schemes: Container[str], more_hosts: Iterable[str] = ()
) -> Address:
    """Return an address with the password that belongs to it.

    Args:
        address: as the URL has it.
        options: of the URL.
        tls_schemes: the schemes with TLS.
        more_hosts: further hosts that the password is sent to.

    Raises:
        UsageError: there are two passwords, the file cannot be used, or the password would be sent in the clear to
            another machine.

    >>> from cimbus.middleware.net import BrokerOptions
    >>> address = Address(scheme="mqtt", host="broker", port=1883, user="ana", password="secret")
    >>> with_password(address, BrokerOptions(), ("mqtts",))
    Traceback (most recent call last):
        ...
    cimbus.errors.UsageError: mqtt:// would send the password in the clear to broker: use mqtts://, or ?insecure=true
    """
    password = address.password
    if options.password_file:
        if password is not None:
            raise UsageError("there is a password in the URL and the option password_file: give one of them")
        password = read_password(options.password_file)
    elif password is None and address.user:
        password = os.environ.get(VARIABLE) or None
    if password is not None and address.scheme not in tls_schemes and not options.insecure:
        for host in (address.host, *more_hosts):
            if not is_loopback(host):
                raise UsageError(
                    f"{address.scheme}:// would send the password in the clear to {host}: use {address.scheme}s://, or "
                    "?insecure=true"
                )
    return msgspec.structs.replace(address, password=password)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine: ``localhost`` (RFC 6761, 6.3), 127.0.0.0/8 or ::1.

    >>> is_loopback("localhost"), is_loopback("127.0.0.9"), is_loopback("localhost.example.org")
    (True, True, False)
    """
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:127.0.0.1; Python 3.11 does not call it loopback
    return bool((mapped or address).is_loopback)


def read_password(path: str) -> str:
    """Return the first line of a password file.

    Raises:
        UsageError: it cannot be read, others can read it, or its first line is empty or not UTF-8.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # its mode is taken of the file that is read, not of the name
            found = os.fstat(file.fileno())
            if hasattr(os, "geteuid") and stat.S_ISREG(found.st_mode):
                _check_mode(path, found)
            data = file.read(MAX_FILE)
    except OSError as exc:
        raise UsageError(f"the option password_file: {path!r} cannot be read: {exc.strerror}") from None
    first = data.partition(b"\n")[0].removesuffix(b"\r")
    text = first.decode("utf-8", "replace")
    if not text or "\ufffd" in text:
        raise UsageError(f"the option password_file: the first line of {path!r} is empty or not UTF-8")
    return text


def _check_mode(path: str, found: os.stat_result) -> None:
    """Refuse a file that somebody else can read or change, as ssh and libpq do with private keys."""
    others = _ROOTS if found.st_uid == 0 and os.geteuid() != 0 else _OTHERS
    if stat.S_IMODE(found.st_mode) & others or found.st_uid not in (0, os.geteuid()):
        raise UsageError(
            f"the option password_file: others can read or change {path!r}; it belongs to the user of this process, "
            "with mode 0600"
        )
