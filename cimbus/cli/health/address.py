"""HOST:PORT, as ``--health`` takes it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, Self

import click

_ADDRESS: Final = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.%]+)\]|(?P<host>[^:\[\]/]*)):(?P<port>\d{1,5})")


class HttpAddress(NamedTuple):
    """Where an HTTP server listens.

    Attributes:
        host: a name or an address; empty: all addresses of the machine.
        port: 0: any that is free.
    """

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Read ``HOST:PORT``, ``[IPv6]:PORT``, or ``:PORT`` for all addresses of the machine.

        >>> HttpAddress.of("127.0.0.1:8080"), str(HttpAddress.of("[::1]:80"))
        (HttpAddress(host='127.0.0.1', port=8080), '[::1]:80')

        Raises:
            click.BadParameter: it is none of them.
        """
        found = _ADDRESS.fullmatch(text.strip())
        if found is None or int(found["port"]) > 65_535:
            raise click.BadParameter(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8080, or :8080 for all addresses")
        return cls(found["ipv6"] or found["host"] or "", int(found["port"]))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address(context: click.Context, parameter: click.Parameter, value: str | None) -> HttpAddress | None:
    """Read the value of an option; None stays None.

    Raises:
        click.BadParameter: it is no address.
    """
    del context, parameter
    return None if value is None else HttpAddress.of(value)
