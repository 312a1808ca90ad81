"""TLS contexts from the options of a URL: which certificates to trust, and which one to show.

Rule: peers are always verified. An application that wants something else passes an ``ssl.SSLContext`` to the transport.
"""

from __future__ import annotations

import ssl
from collections.abc import Container
from typing import Protocol

from cimbus.errors import UsageError

from .url import Address


class Credentials(Protocol):
    """Options of a URL that name certificates: paths of PEM files, empty where none is given."""

    @property
    def ca(self) -> str:
        """Certificates to trust in place of the system's."""
        ...

    @property
    def cert(self) -> str:
        """Our certificate."""
        ...

    @property
    def key(self) -> str:
        """Its private key, unless that is in ``cert``."""
        ...


def secure(
    address: Address, options: Credentials, tls: ssl.SSLContext | None, schemes: Container[str]
) -> ssl.SSLContext | None:
    """Return the TLS context for an address.

    Args:
        address: of the broker.
        options: the certificates that its URL names.
        tls: a context of the caller's own, which is used instead; None if there is none.
        schemes: those with TLS; for any other scheme the result is None.

    Raises:
        UsageError: there are certificates or a context, but the scheme is one without TLS; or a file cannot be used.

    >>> from cimbus.middleware.net import BrokerOptions
    >>> address = Address(scheme="mqtt", host="broker", port=1883)
    >>> secure(address, BrokerOptions(ca="ca.pem"), None, ("mqtts",))
    Traceback (most recent call last):
        ...
    cimbus.errors.UsageError: TLS is spoken at mqtts://, not at mqtt:// (option ca)
    """
    if address.scheme in schemes:
        return tls or tls_context(ca=options.ca, cert=options.cert, key=options.key)
    named = [name for name in ("ca", "cert", "key") if getattr(options, name)]
    if named or tls is not None:
        asked = f"option {', '.join(named)}" if named else "a context"
        raise UsageError(f"TLS is spoken at {address.scheme}s://, not at {address.scheme}:// ({asked})")
    return None


def tls_context(*, ca: str = "", cert: str = "", key: str = "") -> ssl.SSLContext:
    """Make a client's context.

    Args:
        ca: a PEM file with the certificates to trust; empty: the system's.
        cert: a PEM file with our own certificate; empty: none.
        key: a PEM file with its private key; empty: it is in ``cert``.

    Raises:
        UsageError: a file cannot be read, has the wrong content, or there is a key without a certificate.

    >>> tls_context().verify_mode is ssl.CERT_REQUIRED
    True
    """
    if key and not cert:
        raise UsageError("the option key needs the option cert: a private key is of no use without its certificate")
    try:
        context = ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError) as exc:
        raise UsageError(f"the option ca: {ca!r} holds no certificates that can be read ({exc})") from exc
    context.hostname_checks_common_name = False  # only subjectAltName counts (RFC 9525, 2); Python's default is True
    if cert:
        try:
            context.load_cert_chain(cert, key or None, password=_no_password)
        except (OSError, ssl.SSLError) as exc:
            raise UsageError(f"the options cert and key: {cert!r} cannot be used ({exc})") from exc
    return context


def _no_password() -> str:
    """Refuse an encrypted key: OpenSSL would ask for its password on the terminal."""
    raise ssl.SSLError("the private key is encrypted; give an ssl.SSLContext instead")
