"""Fixtures that hand brokers to tests.

A test package takes them with ``from brokers.fixtures import *`` in its conftest. Rules: brokers of the session are
shared, so that a test needs topics and groups of its own; whoever wants to kill one, or configure it, takes
``new_mosquitto``.
"""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from .certs import Certificates
from .mosquitto import Mosquitto, needed

__all__ = [
    "certificates",
    "mosquitto",
    "mosquitto_mtls",
    "mosquitto_password",
    "mosquitto_tls",
    "new_mosquitto",
]

USERS = {"ana": "s3cr3t / ü", "bob": "other"}


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory):
    """An authority, a server, a client, a stranger."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory):
    """A broker that lets everybody in."""
    needed()
    with Mosquitto(tmp_path_factory.mktemp("mosquitto")) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_tls(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates):
    """A broker that speaks TLS."""
    needed()
    with Mosquitto(tmp_path_factory.mktemp("mosquitto-tls"), certificates=certificates) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_mtls(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates):
    """A broker that speaks TLS and asks for a client's certificate."""
    needed()
    folder = tmp_path_factory.mktemp("mosquitto-mtls")
    with Mosquitto(folder, certificates=certificates, ask_client=True) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_password(tmp_path_factory: pytest.TempPathFactory):
    """A broker that asks for a name and a password (``USERS``)."""
    needed()
    with Mosquitto(tmp_path_factory.mktemp("mosquitto-password"), users=USERS) as broker:
        yield broker


@pytest.fixture
def new_mosquitto(tmp_path_factory: pytest.TempPathFactory):
    """Make brokers for one test: ``new_mosquitto(users=..., lines=...)``."""
    needed()
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(Mosquitto(tmp_path_factory.mktemp("mosquitto"), **more))
