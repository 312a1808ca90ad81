"""Fixtures for pytest that hand brokers to tests: ``pytest_plugins = ["cimbus.testing.brokers.fixtures"]``.

Rules: brokers of the session are shared by all packages and start with the first test that wants one, so that a test
needs topics and groups of its own; a test that kills one, or configures it, takes ``new_mosquitto``, ``new_kafka``,
``new_activemq`` or ``new_artemis``. A broker that is not installed skips the test, with what to install; where the
variable ``CI`` is set the test fails, since it would else never run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any, Final, TypeVar

import pytest

from .activemq import ActiveMQBroker
from .artemis import ArtemisBroker
from .broker import Broker
from .certs import Certificates
from .errors import MissingBrokerError
from .kafka import KafkaBroker
from .kinds import KINDS
from .mosquitto import MosquittoBroker

__all__ = [
    "activemq",
    "artemis",
    "certificates",
    "kafka",
    "mosquitto",
    "mosquitto_mtls",
    "mosquitto_password",
    "mosquitto_tls",
    "needed",
    "new_activemq",
    "new_artemis",
    "new_kafka",
    "new_mosquitto",
]

USERS: Final = {"ana": "s3cr3t / ü", "bob": "other"}


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Make certificates for brokers and clients on this machine."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MosquittoBroker]:
    """Run a broker that lets every client in."""
    needed("mosquitto")
    with MosquittoBroker(tmp_path_factory.mktemp("mosquitto")) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_tls(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[MosquittoBroker]:
    """Run a broker that speaks TLS."""
    needed("mosquitto")
    with MosquittoBroker(tmp_path_factory.mktemp("mosquitto-tls"), certificates=certificates) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_mtls(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[MosquittoBroker]:
    """Run a broker that speaks TLS and asks for a client's certificate."""
    needed("mosquitto")
    folder = tmp_path_factory.mktemp("mosquitto-mtls")
    with MosquittoBroker(folder, certificates=certificates, ask_client=True) as broker:
        yield broker


@pytest.fixture(scope="session")
def mosquitto_password(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MosquittoBroker]:
    """Run a broker that asks for a name and a password (``USERS``)."""
    needed("mosquitto")
    with MosquittoBroker(tmp_path_factory.mktemp("mosquitto-password"), users=USERS) as broker:
        yield broker


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """Run a Kafka that lets every client in."""
    needed("kafka")
    with KafkaBroker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def activemq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActiveMQBroker]:
    """Run an ActiveMQ Classic that lets every client in."""
    needed("activemq")
    with ActiveMQBroker(tmp_path_factory.mktemp("activemq")) as broker:
        yield broker


@pytest.fixture(scope="session")
def artemis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArtemisBroker]:
    """Run an Artemis that lets every client in."""
    needed("artemis")
    with ArtemisBroker(tmp_path_factory.mktemp("artemis")) as broker:
        yield broker


@pytest.fixture
def new_mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., MosquittoBroker]]:
    """Make brokers for one test: ``new_mosquitto(users=..., lines=...)``."""
    yield from _factory(MosquittoBroker, tmp_path_factory)


@pytest.fixture
def new_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., KafkaBroker]]:
    """Make brokers for one test: ``new_kafka(users=..., certificates=..., mechanism=...)``."""
    yield from _factory(KafkaBroker, tmp_path_factory)


@pytest.fixture
def new_activemq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ActiveMQBroker]]:
    """Make brokers for one test: ``new_activemq(users=..., certificates=...)``."""
    yield from _factory(ActiveMQBroker, tmp_path_factory)


@pytest.fixture
def new_artemis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ArtemisBroker]]:
    """Make brokers for one test: ``new_artemis(users=..., certificates=..., prefixes=...)``."""
    yield from _factory(ArtemisBroker, tmp_path_factory)


B = TypeVar("B", bound=Broker)


def _factory(kind: type[B], folders: pytest.TempPathFactory) -> Generator[Callable[..., B], None, None]:
    needed(kind.name)
    with ExitStack() as stack:

        def start(**options: Any) -> B:
            broker = kind(folders.mktemp(kind.name), **options)
            stack.enter_context(broker)
            return broker

        yield start


def needed(broker: str = "mosquitto") -> None:
    """Skip the test if a broker cannot run here; where the variable ``CI`` is set, the test fails.

    >>> callable(needed)
    True
    """
    try:
        KINDS[broker].check_installed()
    except MissingBrokerError as error:
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(f"{error}. In CI nothing may be skipped for that")
        pytest.skip(f"NOT TESTED: {error}")
