"""The brokers by their names, for the command and for ``cimbus bench``."""

from __future__ import annotations

import os
from typing import Any, Final, Unpack

from cimbus.errors import UsageError

from .activemq import ActiveMQBroker
from .artemis import ArtemisBroker
from .broker import Broker
from .broker_config import BrokerConfig
from .kafka import SCRAM, KafkaBroker
from .mosquitto import MosquittoBroker

__all__ = ["KINDS", "make_broker"]

KINDS: Final[dict[str, type[Broker]]] = {
    kind.name: kind for kind in (MosquittoBroker, KafkaBroker, ActiveMQBroker, ArtemisBroker)
}

LOAD: Final = ["max_inflight_messages 1000", "max_queued_messages 0"]
"""Mosquitto's own defaults of 20 and 1000 would be the limit; the tests' broker writes its database at each change."""


def make_broker(
    name: str,
    folder: str | os.PathLike[str] | None = None,
    *,
    load: bool = False,
    scram: bool = False,
    **options: Unpack[BrokerConfig],
) -> Broker:
    """Return a broker, which its ``with`` block starts.

    >>> make_broker("kafka", users={"ana": "secret"}, scram=True).name
    'kafka'

    Args:
        name: of ``KINDS``: mosquitto, kafka, activemq or artemis.
        folder: where its configuration, data and log are; a temporary one unless given.
        load: for measuring: Mosquitto keeps nothing on disk and has 1000 messages in flight.
        scram: Kafka proves passwords with SCRAM-SHA-256.
        options: see ``BrokerConfig``.

    Raises:
        UsageError: there is no such broker, or ``scram`` is not for it.
    """
    if name not in KINDS:
        raise UsageError(f"{name} is no broker that is known here: {', '.join(KINDS)}")
    if scram and (name != "kafka" or not options.get("users")):
        raise UsageError("SCRAM is for kafka, with users")
    more: dict[str, Any] = {"mechanism": SCRAM} if scram else {}
    if load and name == "mosquitto":
        more = {"persistent": False, "lines": LOAD}
    return KINDS[name](folder, **more, **options)
