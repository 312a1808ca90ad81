"""Fixtures that hand brokers to tests.

The conftest of all tests has them. Rules: brokers of the session are shared by all packages and start with the first
test that wants one, so that a test needs topics and groups of its own; a test that kills one, or configures it, takes
``new_mosquitto``, ``new_kafka``, ``new_activemq`` or ``new_artemis``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack

import pytest

from .activemq import ActiveMQ
from .artemis import Artemis
from .certs import Certificates
from .kafka import Kafka
from .mosquitto import Mosquitto
from .needs import needed
from .process import Broker

__all__ = [
    "activemq",
    "artemis",
    "certificates",
    "kafka",
    "mosquitto",
    "mosquitto_mtls",
    "mosquitto_password",
    "mosquitto_tls",
    "new_activemq",
    "new_artemis",
    "new_kafka",
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
    needed("mosquitto")
    with Mosquitto(tmp_path_factory.mktemp("mosquitto")) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_tls(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates):
    """A broker that speaks TLS."""
    needed("mosquitto")
    with Mosquitto(tmp_path_factory.mktemp("mosquitto-tls"), certificates=certificates) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_mtls(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates):
    """A broker that speaks TLS and asks for a client's certificate."""
    needed("mosquitto")
    folder = tmp_path_factory.mktemp("mosquitto-mtls")
    with Mosquitto(folder, certificates=certificates, ask_client=True) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_password(tmp_path_factory: pytest.TempPathFactory):
    """A broker that asks for a name and a password (``USERS``)."""
    needed("mosquitto")
    with Mosquitto(tmp_path_factory.mktemp("mosquitto-password"), users=USERS) as broker:
        yield broker


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory):
    """A Kafka that lets everybody in."""
    needed("kafka")
    with Kafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def activemq(tmp_path_factory: pytest.TempPathFactory):
    """An ActiveMQ Classic that lets everybody in."""
    needed("activemq")
    with ActiveMQ(tmp_path_factory.mktemp("activemq")) as broker:
        yield broker


@pytest.fixture(scope="session")
def artemis(tmp_path_factory: pytest.TempPathFactory):
    """An Artemis that lets everybody in."""
    needed("artemis")
    with Artemis(tmp_path_factory.mktemp("artemis")) as broker:
        yield broker


@pytest.fixture
def new_mosquitto(tmp_path_factory: pytest.TempPathFactory):
    """Make brokers for one test: ``new_mosquitto(users=..., lines=...)``."""
    yield from _factory(Mosquitto, tmp_path_factory)


@pytest.fixture
def new_kafka(tmp_path_factory: pytest.TempPathFactory):
    """Make brokers for one test: ``new_kafka(users=..., certificates=..., mechanism=...)``."""
    yield from _factory(Kafka, tmp_path_factory)


@pytest.fixture
def new_activemq(tmp_path_factory: pytest.TempPathFactory):
    """Make brokers for one test: ``new_activemq(users=..., certificates=...)``."""
    yield from _factory(ActiveMQ, tmp_path_factory)


@pytest.fixture
def new_artemis(tmp_path_factory: pytest.TempPathFactory):
    """Make brokers for one test: ``new_artemis(users=..., certificates=..., prefixes=...)``."""
    yield from _factory(Artemis, tmp_path_factory)


def _factory(kind: type[Broker], folders: pytest.TempPathFactory) -> Generator[Callable[..., Broker], None, None]:
    needed(kind.name)
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(kind(folders.mktemp(kind.name), **more))
