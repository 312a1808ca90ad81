"""Certificates for the loopback address: an authority, a server and a client that it vouches for, and a stranger.

Rules: keys live in the folder that is given and for two days; nothing here is good for anything but tests.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = dt.timedelta(days=1)


class Certificates:
    """An authority and what it signed, as PEM files.

    Attributes:
        ca: the authority's certificate.
        server: the certificate (and ``server_key`` the key) of a broker at 127.0.0.1 or localhost.
        client: the certificate (and ``client_key`` the key) of a client.
        common: one (and ``common_key``) whose host stands in the common name alone, which must not count.
        stranger: a certificate (and ``stranger_key`` its key) that another authority signed.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        authority = _Authority("cimbus test authority")
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(_pem(authority.certificate))
        self.server, self.server_key = authority.issue(folder, "server", ExtendedKeyUsageOID.SERVER_AUTH)
        self.client, self.client_key = authority.issue(folder, "client", ExtendedKeyUsageOID.CLIENT_AUTH)
        self.common, self.common_key = authority.issue(
            folder, "localhost", ExtendedKeyUsageOID.SERVER_AUTH, alternative=False
        )
        other = _Authority("another authority")
        self.stranger, self.stranger_key = other.issue(folder, "stranger", ExtendedKeyUsageOID.CLIENT_AUTH)


class _Authority:
    """Who signs."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self.certificate = (
            _builder(name, self._key.public_key())
            .issuer_name(_name(name))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def issue(
        self, folder: Path, name: str, purpose: x509.ObjectIdentifier, *, alternative: bool = True
    ) -> tuple[Path, Path]:
        """Make a key, sign its certificate, write both, and return where."""
        key = ec.generate_private_key(ec.SECP256R1())
        places: list[x509.GeneralName] = [
            x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        ]  # fmt: skip
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = _builder(name, key.public_key())
        if alternative:
            builder = builder.add_extension(x509.SubjectAlternativeName(places), critical=False)
        certificate = (
            builder.issuer_name(self.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        paths = folder / f"{name}.pem", folder / f"{name}.key"
        paths[0].write_bytes(_pem(certificate))
        paths[1].touch(mode=0o600)
        paths[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return paths


def _builder(name: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
