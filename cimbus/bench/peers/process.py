"""One client and task as a process: ``python -m cimbus.bench.peers.process CLIENT TASK URL CONTEXT COUNT``."""

from __future__ import annotations

import sys
from functools import partial

import anyio

from . import aiokafka_client, cimbus_client, paho_client, stomp_client
from .job import PeerJob

PUBLISH = {
    "cimbus": cimbus_client.publish_typed,
    "cimbus, unopened": cimbus_client.publish_frames,
    "paho": paho_client.publish,
    "aiokafka": aiokafka_client.publish,
    "stomp.py": stomp_client.publish,
}
RECEIVE = {
    "cimbus": cimbus_client.receive_typed,
    "cimbus, unopened": cimbus_client.receive_frames,
    "paho": paho_client.receive,
    "aiokafka": aiokafka_client.receive,
    "stomp.py": stomp_client.receive,
}


def main() -> None:
    """Do it, say ``ready`` when messages may come, and write seconds of wall time and CPU."""
    client, task, url, context, count = sys.argv[1:]
    job = PeerJob(url, context, int(count))
    if task == "publish":
        anyio.run(partial(PUBLISH[client], job))
    else:
        anyio.run(partial(RECEIVE[client], job, lambda: print("ready", flush=True)))  # noqa: T201  # to the parent
    print(job.wall, job.cpu, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
