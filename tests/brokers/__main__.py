"""Run one broker by hand: ``python -m brokers kafka --tls --user ana:secret``, in the folder ``tests``.

``python -m brokers fetch`` only fetches and compiles what those in Java need.

It prints the URLs for cimbus and runs until Enter (or the end of its input, or Ctrl-C). Without ``--folder`` what it
keeps is gone then.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import ActiveMQ, Artemis, Certificates, Kafka, Mosquitto
from .kafka import SCRAM
from .needs import HINT, missing
from .process import Broker

KINDS: dict[str, type[Broker]] = {kind.name: kind for kind in (Mosquitto, Kafka, ActiveMQ, Artemis)}

LOAD = ["max_inflight_messages 1000", "max_queued_messages 0"]
"""Mosquitto's own defaults of 20 and 1000 would be the limit; the tests' broker writes its database at each change."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m brokers", description="Run one broker until Enter.")
    parser.add_argument("kind", choices=[*KINDS, "fetch"])
    parser.add_argument("--tls", action="store_true", help="speak TLS")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD", help="let only these in")
    parser.add_argument("--scram", action="store_true", help=f"Kafka: prove passwords with {SCRAM}")
    parser.add_argument("--load", action="store_true", help="Mosquitto: as for benchmarks, in memory, 1000 in flight")
    parser.add_argument("--folder", type=Path, help="keep its log and data here")
    arguments = parser.parse_args()
    if arguments.scram and (arguments.kind != "kafka" or not arguments.user):
        parser.error("--scram is for kafka, with --user")
    if not all(user.partition(":")[2] for user in arguments.user):
        parser.error("--user takes NAME:PASSWORD")
    return arguments


def main() -> int:
    """Run it."""
    arguments = _arguments()
    if arguments.kind == "fetch":
        for kind in (Kafka, ActiveMQ, Artemis):
            kind.fetch()
        return 0
    if lack := missing(arguments.kind):
        print(f"not installed: {lack}. {HINT}", file=sys.stderr)
        return 1
    with contextlib.ExitStack() as stack:
        folder = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cimbus-")))
        users = dict(user.split(":", 1) for user in arguments.user)
        more: dict[str, Any] = {"mechanism": SCRAM} if arguments.scram else {}
        if arguments.load and arguments.kind == "mosquitto":
            more |= {"persistent": False, "lines": LOAD}
        if arguments.tls:
            more["certificates"] = Certificates(folder / "certificates")
        broker = stack.enter_context(KINDS[arguments.kind](folder, users=users, **more))
        for name in users or [""]:
            print(broker.url(name))
            if isinstance(broker, Artemis):
                print(broker.url(name, wire="amqp"))
        print(f"log: {broker.log}\nEnter ends it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.readline()
    return 0


if __name__ == "__main__":
    sys.exit(main())
