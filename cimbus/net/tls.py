"""TLS contexts from what a URL can say: whom to trust, and who we are.

Rule: peers are always verified. Who wants it otherwise makes an ``ssl.SSLContext`` and gives it to the transport.
"""

from __future__ import annotations

import ssl
from collections.abc import Container
from typing import Protocol

from cimbus.errors import UsageError

from .url import Address


class Credentials(Protocol):
    """Options of a URL that say whom to trust and who we are: paths of PEM files, empty where nothing is said."""

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
    """Return the context for an address: None unless its scheme is one of ``schemes``; ``tls`` is the caller's own.

    Raises:
        UsageError: TLS is asked for where it is not spoken, or a file cannot be used.
    """
    if address.scheme in schemes:
        return tls or tls_context(ca=options.ca, cert=options.cert, key=options.key)
    named = [name for name in ("ca", "cert", "key") if getattr(options, name)]
    if named or tls is not None:
        asked = f"option {', '.join(named)}" if named else "a context"
        raise UsageError(f"TLS is spoken at {address.scheme}s://, not at {address.scheme}:// ({asked})")
    return None


def tls_context(*, ca: str = "", cert: str = "", key: str = "") -> ssl.SSLContext:
    """Make a client's context: trust ``ca`` (empty: the system's), show ``cert`` with ``key`` (empty: in ``cert``).

    Raises:
        UsageError: a file cannot be read, is not what it should be, or there is a key without a certificate.
    """
    if key and not cert:
        raise UsageError("the option key needs the option cert: a private key alone says nothing")
    try:
        context = ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError) as exc:
        raise UsageError(f"the option ca: {ca!r} holds no certificates that can be read ({exc})") from exc
    if cert:
        try:
            context.load_cert_chain(cert, key or None, password=_no_password)
        except (OSError, ssl.SSLError) as exc:
            raise UsageError(f"the options cert and key: {cert!r} cannot be used ({exc})") from exc
    return context


def _no_password() -> str:
    """Answer for an encrypted key, which would otherwise ask on the terminal."""
    raise ssl.SSLError("the private key is encrypted; give an ssl.SSLContext instead")
