"""One client and task as a process: ``python -m cimbus.bench.peers.process CLIENT TASK URL CONTEXT COUNT``."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import Any

import anyio

from . import cimbus_client
from .clients import PEERS
from .codec_job import run_codec
from .job import PeerJob

OWN = {
    ("cimbus", "publish"): cimbus_client.publish_typed,
    ("cimbus, unopened", "publish"): cimbus_client.publish_frames,
    ("cimbus", "receive"): cimbus_client.receive_typed,
    ("cimbus, unopened", "receive"): cimbus_client.receive_frames,
}


def main() -> None:
    """Do it, say ``ready`` when messages may come, and write seconds of wall time and CPU."""
    client, task, url, context, count = sys.argv[1:]
    job = PeerJob(url, context, int(count))
    module = PEERS[client].module if client in PEERS else ""
    if task in ("encode", "decode"):
        run_codec(job, module, task)
    else:
        work: Any = OWN[client, task] if not module else getattr(import_module(f"{__package__}.{module}"), task)
        ready = () if task == "publish" else (lambda: print("ready", flush=True),)  # noqa: T201  # to the parent
        anyio.run(partial(work, job, *ready))
    print(job.wall, job.cpu, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
