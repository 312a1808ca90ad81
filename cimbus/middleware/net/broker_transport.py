"""What every broker's transport has, whatever its connections are: a URL with options, a naming, and traits."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from typing import ClassVar, Generic, Self, TypeVar

from cimbus.errors import UsageError
from cimbus.middleware.naming import Naming
from cimbus.middleware.transport import Traits

from .credentials import with_password
from .tls import secure
from .url import BrokerOptions, read_url

OptionsT = TypeVar("OptionsT", bound=BrokerOptions)


class BrokerTransport(Generic[OptionsT]):
    """A transport that is made from the URL of a broker; the type parameter is that of its options.

    Args:
        url: ``scheme://user:password@host:port/?option=value``.
        tls: a context of one's own instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.

    >>> from cimbus.middleware.naming import AddressSyntax
    >>> syntax = AddressSyntax(separator="/", escape="%", legal="[A-Za-z0-9]", limit=100)
    >>> class MyTransport(BrokerTransport[BrokerOptions]):
    ...     ports = {"mine": 1234, "mines": 1235}
    ...     options_type = BrokerOptions
    ...     broker = "MyBroker"
    ...     default_naming = Naming("{context}/{kind}/{noun}/{verb}/{key}", syntax)
    >>> MyTransport.from_url("mine://localhost")
    MyTransport(mine://localhost:1234)
    """

    ports: ClassVar[Mapping[str, int]]
    """The schemes, each with its default port; the last one is that with TLS."""
    options_type: type[OptionsT]
    """What may stand behind the ``?`` of the URL."""
    broker: ClassVar[str]
    """The kind of broker."""
    default_naming: ClassVar[Naming]
    """How topics are written where the option ``template`` is empty."""
    _traits: Traits

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None) -> None:
        self._address, self.options = read_url(url, self.ports, self.options_type)
        if self._address.path.strip("/"):  # it is not shown: with a / in the password it is the rest of that
            raise UsageError("the URL has a path: leave it out (?template= says how topics are written)")
        with_tls = tuple(self.ports)[-1:]
        self._tls = secure(self._address, self.options, tls, with_tls)
        self._address = with_password(self._address, self.options, with_tls, self._more_hosts())
        self._naming = Naming.from_option(self.options.template, self.default_naming)

    def _more_hosts(self) -> Iterable[str]:
        """Return the hosts beside the URL's that the password is sent to."""
        return ()

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from its URL; nothing is connected yet.

        Raises:
            UsageError: the URL has an unknown option or an impossible value; the message lists the options.
        """
        return cls(url)

    @classmethod
    def namings(cls) -> Mapping[str, Naming]:
        """Return how topics are written by default, by kind of broker."""
        return {cls.broker: cls.default_naming}

    @property
    def traits(self) -> Traits:
        """What this middleware can do."""
        return self._traits

    @property
    def naming(self) -> Naming:
        """How topics are written on this middleware."""
        return self._naming

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._address})"
