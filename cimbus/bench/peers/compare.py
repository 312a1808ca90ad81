"""Runs clients in turn, each task in a process of its own, and puts their costs side by side."""

from __future__ import annotations

import statistics
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cimbus.bench.result import PeerResult
from cimbus.errors import TransportError, UsageError

from .clients import OUR_CODEC, OURS, PEERS

TURNS: Final = 3
"""All candidates take turns so often; what is told is the median."""
LONGEST: Final = 120.0
"""Seconds after which a task has failed."""
MODULE: Final = "cimbus.bench.peers.process"
PROGRAM: Final = "peer_jms.py"
"""Of ``benchmarks/``: what runs the client on the JVM."""


def compare_with(
    peer: str, url: str, *, count: int = 20_000, tell: Callable[[str], None] = lambda _: None
) -> tuple[PeerResult, ...]:
    """Compare cimbus with another client on a broker, or with another codec.

    Args:
        peer: one of ``PEERS``.
        url: the bus; a codec needs none.
        count: messages of each task.
        tell: is told what begins.

    Raises:
        UsageError: there is no such peer, or it does not speak to such a bus.
        TransportError: a client failed.

    >>> compare_with("paho", "kafka://localhost")
    Traceback (most recent call last):
    cimbus.errors.UsageError: paho is compared on a bus mqtt://..., not on kafka://...
    """
    if peer not in PEERS:
        raise UsageError(f"there is no client {peer!r} to compare with; there are {', '.join(PEERS)}")
    asked, scheme = PEERS[peer], url.partition(":")[0]
    if asked.scheme and scheme != asked.scheme:
        raise UsageError(f"{peer} is compared on a bus {asked.scheme}://..., not on {scheme}://...")
    found: list[PeerResult] = []
    for task in asked.tasks:
        candidates = {peer: asked, **(OURS if asked.scheme else OUR_CODEC)}
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in candidates}
        for _ in range(TURNS):
            for name, pairs in runs.items():
                tell(f"{name}: {task} {count:,} messages")
                pairs.append(_measured(name, task, url, count))
        base = statistics.median(cpu for _, cpu in runs[peer])
        for name, pairs in runs.items():
            wall, cpu = (statistics.median(pair[index] for pair in pairs) for index in (0, 1))
            found.append(
                PeerResult(
                    name=name,
                    task=task,
                    count=count,
                    rate=round(count / wall, 1),
                    cpu=round(cpu / count * 1e6, 2),
                    ratio=round(cpu / base, 3),
                    guarantees=candidates[name].guarantees,
                )
            )
    return tuple(found)


def _measured(client: str, task: str, url: str, count: int) -> tuple[float, float]:
    """Return wall time and CPU of a client's task, in seconds."""
    context = f"peer{uuid.uuid4().hex[:8]}"
    command = [*_program(client), client, task, url, context, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # this Python
        if process.stdout is None:
            raise TransportError(f"{client} has no pipe")
        try:
            if task == "receive":
                if process.stdout.readline().strip() != "ready":
                    raise TransportError(f"{client} cannot receive: see above")
                feeder = [sys.executable, "-m", MODULE, "cimbus, unopened", "publish", url, context, str(count)]
                subprocess.run(feeder, stdout=subprocess.DEVNULL, check=True, timeout=LONGEST)  # noqa: S603
            out, _ = process.communicate(timeout=LONGEST)
        finally:
            process.kill()
    if process.returncode:
        raise TransportError(f"{client} cannot {task}: see above")
    wall, cpu = out.split()
    return float(wall), float(cpu)


def _program(client: str) -> list[str]:
    """Return how a client is started.

    Raises:
        UsageError: it needs a clone of the repository.
    """
    if client not in PEERS or PEERS[client].module:
        return [sys.executable, "-m", MODULE]
    for folder in (Path.cwd(), Path(__file__).parents[3]):
        if (program := folder / "benchmarks" / PROGRAM).is_file():
            return [sys.executable, str(program)]
    raise UsageError(f"{client} is a program of the repository of cimbus: run this command in a clone of it")
