"""TLS contexts: verified peers, and errors that name the option."""

from __future__ import annotations

import ssl

import pytest
from brokers.certs import Certificates
from cryptography.hazmat.primitives import serialization

from cimbus.errors import UsageError
from cimbus.net import tls_context


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


def test_peers_are_verified(files):
    for context in (tls_context(), tls_context(ca=str(files.ca), cert=str(files.client), key=str(files.client_key))):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


def test_only_the_authority_that_is_named_is_trusted(files):
    (trusted,) = tls_context(ca=str(files.ca)).get_ca_certs()

    assert "cimbus test authority" in str(trusted["subject"])


def test_a_key_may_stand_in_the_file_of_its_certificate(files, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(files.client.read_bytes() + files.client_key.read_bytes())

    assert tls_context(cert=str(both)).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"ca": "missing.pem"}, "ca"),
        ({"ca": "client_key"}, "ca"),
        ({"cert": "missing.pem"}, "cert"),
        ({"cert": "client", "key": "stranger_key"}, "cert"),
        ({"key": "client_key"}, "key"),
    ],
)
def test_what_cannot_be_used_is_named(files, wrong, word):
    paths = {option: str(getattr(files, name, files.folder / name)) for option, name in wrong.items()}
    with pytest.raises(UsageError, match=word):
        tls_context(**paths)


def test_an_encrypted_key_is_an_error_and_asks_nobody(files, tmp_path):
    key = serialization.load_pem_private_key(files.client_key.read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"s3cret"),
        )
    )
    with pytest.raises(UsageError, match="cert"):
        tls_context(cert=str(files.client), key=str(locked))
