"""TLS contexts: verified peers, and errors that name the option."""

from __future__ import annotations

import contextlib
import ssl

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization

from cimbus.errors import UsageError
from cimbus.middleware.net import Address, secure, tls_context
from cimbus.testing.brokers import Certificates


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


def test_an_encrypted_key_is_an_error_and_asks_no_one(files, tmp_path):
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


def test_a_context_verifies():
    context = tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_files_that_cannot_be_used(tmp_path):
    bad = tmp_path / "bad.pem"
    bad.write_text("nothing")
    with pytest.raises(UsageError, match="option ca"):
        tls_context(ca=str(bad))
    with pytest.raises(UsageError, match="option ca"):
        tls_context(ca=str(tmp_path / "missing"))
    with pytest.raises(UsageError, match="cert and key"):
        tls_context(cert=str(bad))
    with pytest.raises(UsageError, match="needs the option cert"):
        tls_context(key=str(bad))


class Options(msgspec.Struct):
    ca: str = ""
    cert: str = ""
    key: str = ""


def test_tls_is_for_the_schemes_that_speak_it():
    plain, safe = (Address(scheme=scheme, host="h", port=1) for scheme in ("mq", "mqs"))
    own = ssl.create_default_context()

    assert secure(plain, Options(), None, {"mqs"}) is None
    assert secure(safe, Options(), own, {"mqs"}) is own
    assert isinstance(secure(safe, Options(), None, {"mqs"}), ssl.SSLContext)
    with pytest.raises(UsageError, match=r"mqs://, not at mq:// .option ca"):
        secure(plain, Options(ca="x"), None, {"mqs"})
    with pytest.raises(UsageError, match="mqs://"):
        secure(plain, Options(), own, {"mqs"})


def shaken(client: ssl.SSLContext, server: ssl.SSLContext, host: str) -> None:
    """Let two contexts shake hands in memory."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there, server_hostname=host)
    theirs = server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (ours, theirs):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()


def test_only_alternative_names_count(files):
    client = tls_context(ca=str(files.ca))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(files.server, files.server_key)
    shaken(client, server, "localhost")

    common = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    common.load_cert_chain(files.common, files.common_key)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"[Hh]ostname mismatch"):
        shaken(client, common, "localhost")
