"""An authority that signs certificates for the loopback address; the only module that imports cryptography.

Rules: keys are good for two days, and for nothing but tests.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path
from typing import Final, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["CertificateAuthority", "pkcs12_store"]

DAY: Final = dt.timedelta(days=1)
SERVER: Final = ExtendedKeyUsageOID.SERVER_AUTH
CLIENT: Final = ExtendedKeyUsageOID.CLIENT_AUTH


class CertificateAuthority:
    """A key, and a certificate that it has signed itself.

    >>> CertificateAuthority("a test").certificate.subject.rfc4514_string()
    'CN=a test'
    """

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

    @property
    def pem(self) -> bytes:
        """Its certificate."""
        return _pem(self.certificate)

    def issue(
        self, folder: Path, name: str, purpose: x509.ObjectIdentifier, *, alternative: bool = True
    ) -> tuple[Path, Path]:
        """Make a key, sign its certificate, write both, and return where.

        Args:
            folder: where to.
            name: of the files, and the common name.
            purpose: ``SERVER`` or ``CLIENT``.
            alternative: whether it names its hosts as it should (RFC 9525: in ``subjectAltName``).
        """
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


def pkcs12_store(key: Path, certificate: Path, authority: Path, password: str) -> bytes:
    """Return a key and its certificate as Java reads them (PKCS #12).

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     pem, key = CertificateAuthority("a test").issue(Path(folder), "server", SERVER)
    ...     len(pkcs12_store(key, pem, pem, "secret")) > 1000
    True
    """
    loaded = cast("ec.EllipticCurvePrivateKey", serialization.load_pem_private_key(key.read_bytes(), None))
    own, ca = (x509.load_pem_x509_certificate(path.read_bytes()) for path in (certificate, authority))
    how = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"server", loaded, own, [ca], how)
