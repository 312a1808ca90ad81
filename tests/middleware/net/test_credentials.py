"""Where the password of a connection comes from, and where it may go."""

from __future__ import annotations

import os

import pytest

from cimbus.errors import UsageError
from cimbus.middleware.discovery import open_transport
from cimbus.middleware.net import Address, BrokerOptions, with_password
from cimbus.middleware.net.credentials import VARIABLE, is_loopback, read_password

BROKERS = ("mqtt", "kafka", "jms+stomp", "jms+amqp")


def address(host="localhost", scheme="mqtt", user="ana", password=None):
    return Address(scheme=scheme, host=host, port=1, user=user, password=password)


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "password"
    file.write_text("s3cret\nnot this\n")
    file.chmod(0o600)
    return file


def test_the_first_line_of_a_file_is_the_password(secret):
    found = with_password(address(), BrokerOptions(password_file=str(secret)), ("mqtts",))

    assert found.password == "s3cret"
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(("data", "password"), [(b"a\r\nb", "a"), (b" a b \n", " a b "), ("ü".encode(), "ü")])
def test_only_the_line_end_is_removed(secret, data, password):
    secret.write_bytes(data)

    assert read_password(str(secret)) == password


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n", b"\ns3cret", b"s3cret\xff"])
def test_a_file_without_a_password_is_refused(secret, data):
    secret.write_bytes(data)
    with pytest.raises(UsageError, match="password_file") as caught:
        read_password(str(secret))

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o640, 0o620, 0o644, 0o666])
def test_a_file_that_others_can_use_is_refused(secret, mode):
    secret.chmod(mode)
    with pytest.raises(UsageError, match="0600"):
        read_password(str(secret))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(secret):
    os.chown(secret, 65_534, 65_534)
    with pytest.raises(UsageError, match="others"):
        read_password(str(secret))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere.*No such file"):
        read_password(str(tmp_path / "nowhere"))


def test_the_environment_has_the_password_of_a_user(monkeypatch, secret):
    monkeypatch.setenv(VARIABLE, "from-the-environment")

    assert with_password(address(), BrokerOptions(), ()).password == "from-the-environment"
    assert with_password(address(password="url"), BrokerOptions(), ()).password == "url"
    assert with_password(address(), BrokerOptions(password_file=str(secret)), ()).password == "s3cret"
    assert with_password(address(user=None), BrokerOptions(), ()).password is None


def test_two_passwords_are_one_too_many(secret):
    with pytest.raises(UsageError, match="one of them"):
        with_password(address(password="x"), BrokerOptions(password_file=str(secret)), ())


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1",
                                  "::ffff:127.0.0.1"])  # fmt: skip
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["broker", "127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "0.0.0.0",
                                  "::", "::ffff:10.0.0.1", "2130706433", "127.1", ""])  # fmt: skip
def test_another_machine(host):
    assert not is_loopback(host)


@pytest.mark.parametrize("scheme", BROKERS)
def test_a_password_is_not_sent_in_the_clear_to_another_machine(scheme, secret, monkeypatch):
    for url in (f"{scheme}://ana:s3cret@broker", f"{scheme}://ana@broker/?password_file={secret}"):
        with pytest.raises(UsageError, match=r"in the clear to broker") as caught:
            open_transport(url)
        assert "s3cret" not in str(caught.value)
        joint = "&" if "?" in url else "/?"
        open_transport(f"{url}{joint}insecure=true")
        open_transport(url.replace(f"{scheme}:", f"{scheme}s:"))
        open_transport(url.replace("broker", "127.0.0.1"))
    monkeypatch.setenv(VARIABLE, "s3cret")
    with pytest.raises(UsageError, match="in the clear"):
        open_transport(f"{scheme}://ana@broker")
    if scheme == "kafka":
        with pytest.raises(UsageError, match="in the clear to b"):
            open_transport("kafka://ana:s3cret@localhost/?also=b:9092")


@pytest.mark.parametrize("scheme", BROKERS)
def test_without_a_password_there_is_nothing_to_hide(scheme):
    open_transport(f"{scheme}://broker")
