"""Who meets here: a broker, a Java client of it, and the wire that cimbus speaks to it.

The brokers are of this package alone, since its tests kill them; they and the Java clients start with the first test
that needs them and serve the whole session.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack

import pytest

from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker, jars
from cimbus.testing.brokers import activemq as classic
from cimbus.testing.brokers.fixtures import needed

from .meeting import MEETINGS, Meeting, Place, new_context
from .peer import Peer
from .vendors import CORE, OPENWIRE, QPID, compiled


@pytest.fixture(scope="session")
def place_activemq(tmp_path_factory: pytest.TempPathFactory) -> Generator[Place]:
    """An ActiveMQ Classic and its own client, on OpenWire."""
    needed("activemq")
    folder = tmp_path_factory.mktemp("interop-activemq")
    with ExitStack() as stack:
        broker = stack.enter_context(ActiveMQBroker(folder / "broker"))
        path = compiled(classic.class_path(), tmp_path_factory.mktemp("classes"))
        peer = stack.enter_context(Peer(OPENWIRE, broker.openwire, path, folder / "peer.log"))
        yield Place(broker, {"openwire": peer})


@pytest.fixture(scope="session")
def place_artemis(tmp_path_factory: pytest.TempPathFactory) -> Generator[Place]:
    """An Artemis and two clients: its own, on core, and one that speaks AMQP 1.0."""
    needed("artemis")
    folder = tmp_path_factory.mktemp("interop-artemis")
    with ExitStack() as stack:
        broker = stack.enter_context(ArtemisBroker(folder / "broker"))
        path = compiled(jars.jars("artemis"), tmp_path_factory.mktemp("classes"))
        core = stack.enter_context(Peer(CORE, broker.openwire, path, folder / "core.log"))
        qpid = stack.enter_context(Peer(QPID, broker.amqp, path, folder / "qpid.log"))
        yield Place(broker, {"core": core, "qpid": qpid})


@pytest.fixture(scope="session", params=MEETINGS, ids=str)
def meeting(request: pytest.FixtureRequest) -> Meeting:
    """Each pair of a Java client and a wire of cimbus."""
    broker, java, wire = request.param
    place: Place = request.getfixturevalue(f"place_{broker}")
    return Meeting(place, java, wire)


@pytest.fixture(scope="session", params=list(dict.fromkeys(pair[:2] for pair in MEETINGS)), ids="-".join)
def peer(request: pytest.FixtureRequest) -> Peer:
    """Each Java client."""
    broker, java = request.param
    place: Place = request.getfixturevalue(f"place_{broker}")
    return place.peers[java]


@pytest.fixture
def context() -> str:
    """A Header.Context that no other test has: its messages are its own."""
    return new_context()
