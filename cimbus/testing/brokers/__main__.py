"""Run one broker by hand: ``python -m cimbus.testing.brokers kafka --tls --user ana:secret``.

``python -m cimbus.testing.brokers fetch`` only downloads and compiles what those in Java need.

It prints the URLs for cimbus and runs until Enter or the end of its input, Ctrl-C or SIGTERM. An input that is no
terminal and no pipe (``/dev/null``, as services and background jobs have it) does not end it. Without ``--folder`` what
it keeps is gone then.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import stat
import sys
from pathlib import Path

from cimbus.errors import CimbusError

from . import ArtemisBroker, Broker, make_broker
from .jvm import JvmBroker
from .kinds import KINDS

POLL = 0.2
"""How often it is checked whether the broker still runs, in seconds."""
INTERRUPTED = 130
"""The exit code of shells after Ctrl-C: before the broker ran, or a second time while it ends."""


def _parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cimbus.testing.brokers", description="Run one broker until Enter.")
    parser.add_argument("kind", choices=[*KINDS, "fetch"], help="fetch: only download what those in Java need")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="listen on this port of 127.0.0.1")
    parser.add_argument("--tls", action="store_true", help="speak TLS")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD", help="let only these in")
    parser.add_argument("--scram", action="store_true", help="Kafka: prove passwords with SCRAM-SHA-256")
    parser.add_argument("--load", action="store_true", help="Mosquitto: as for benchmarks, in memory, 1000 in flight")
    parser.add_argument("--folder", type=Path, help="keep its log and data here")
    given = parser.parse_args(arguments)
    if given.scram and (given.kind != "kafka" or not given.user):
        parser.error("--scram is for kafka, with --user")
    if not all(user.partition(":")[2] for user in given.user):
        parser.error("--user takes NAME:PASSWORD")
    if not 0 <= given.port < 1 << 16:
        parser.error("--port takes a number from 1 to 65535")
    return given


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line says; 1 if a broker cannot be started, or ended by itself."""
    given = _parse_arguments(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, signal.default_int_handler)
    try:
        return _fetch() if given.kind == "fetch" else _run(given)
    except CimbusError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _fetch() -> int:
    for kind in KINDS.values():
        if issubclass(kind, JvmBroker):
            kind.check_installed()
            kind.fetch()
    return 0


def _run(given: argparse.Namespace) -> int:
    users = dict(user.split(":", 1) for user in given.user)
    with make_broker(
        given.kind, given.folder, users=users, tls=given.tls, port=given.port, load=given.load, scram=given.scram
    ) as broker:
        try:
            for name in users or [""]:
                print(broker.url(name))
                if isinstance(broker, ArtemisBroker):
                    print(broker.url(name, wire="amqp"))
            source = _find_input()
            print(f"log: {broker.log}\n{'Ctrl-C' if source is None else 'Enter'} ends it.", flush=True)
            return _wait(broker, source)
        except KeyboardInterrupt:
            return 0


def _wait(broker: Broker, source: int | None) -> int:
    """Wait until something comes from ``source`` or its end, and return 0; 1 if the broker ends by itself."""
    while broker.running:
        ready, _, _ = select.select([] if source is None else [source], [], [], POLL)
        if source is None or not ready:
            continue
        if os.isatty(source) and os.tcgetpgrp(source) != os.getpgrp():
            source = None  # a background job, whose terminal is another program's now
        else:
            os.read(source, select.PIPE_BUF)
            return 0
    print(f"{broker.name} has ended by itself:\n{broker.said()}", file=sys.stderr)
    return 1


def _find_input() -> int | None:
    """Return the file descriptor of an input that somebody may end: of a terminal, a pipe or a socket."""
    try:
        source = sys.stdin.fileno()
        mode = os.fstat(source).st_mode
    except (AttributeError, OSError, ValueError):  # there is none, or it is closed
        return None
    return source if os.isatty(source) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None


if __name__ == "__main__":
    sys.exit(main())
