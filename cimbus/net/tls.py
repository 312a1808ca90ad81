"""TLS contexts from what a URL can say: whom to trust, and who we are.

Rule: peers are always verified. Who wants it otherwise makes an ``ssl.SSLContext`` and gives it to the transport.
"""

from __future__ import annotations

import ssl

from cimbus.errors import UsageError


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
