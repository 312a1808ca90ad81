"""Certificates for the loopback address: an authority, a server and a client that it vouches for, and a stranger.

Rules: keys live in the folder that is given and for two days; nothing here is good for anything but tests.
"""

from __future__ import annotations

import os
from pathlib import Path

from cimbus.errors import MissingExtraError

__all__ = ["Certificates"]


class Certificates:
    """An authority and what it signed, as PEM files.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Certificates(folder).ca.name
    'ca.pem'

    Args:
        folder: where to; it is made if it is not there.

    Attributes:
        ca: the authority's certificate.
        server: the certificate (and ``server_key`` the key) of a broker at 127.0.0.1 or localhost.
        client: the certificate (and ``client_key`` the key) of a client.
        common: one (and ``common_key``) whose host stands in the common name alone, which must not count.
        stranger: a certificate (and ``stranger_key`` its key) that another authority signed.

    Raises:
        MissingExtraError: the package cryptography is not installed.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        try:
            from .authority import CLIENT, SERVER, CertificateAuthority
        except ImportError as error:
            raise MissingExtraError("certificates need cryptography: pip install 'cimbus[testing]'") from error
        self.folder = folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        own = CertificateAuthority("cimbus test authority")
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(own.pem)
        self.server, self.server_key = own.issue(folder, "server", SERVER)
        self.client, self.client_key = own.issue(folder, "client", CLIENT)
        self.common, self.common_key = own.issue(folder, "localhost", SERVER, alternative=False)
        other = CertificateAuthority("another authority")
        self.stranger, self.stranger_key = other.issue(folder, "stranger", CLIENT)

    def server_store(self, password: str) -> bytes:
        """Return the server's key and certificate as Java reads them (PKCS #12)."""
        from .authority import pkcs12_store

        return pkcs12_store(self.server_key, self.server, self.ca, password)
