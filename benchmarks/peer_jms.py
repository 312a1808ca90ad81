"""A program on the JVM as a peer of the whole library: JAXB and JMS over AMQP 1.0 (Apache Qpid JMS).

    python benchmarks/peer_jms.py JAXB+JMS TASK URL CONTEXT COUNT

``cimbus bench --compare JAXB+JMS`` runs it, as it runs the other clients: TASK is publish or receive, and it prints
what ``cimbus.bench.peers.process`` prints. Its classes are made from our declarations.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import anyio
from peer_jaxb import HERE, JavaSource, jars

from cimbus.bench.peers.job import PeerJob
from cimbus.nouns import EndDeviceEvents


def main() -> int:
    """Do it; return the exit code of the virtual machine."""
    _, task, url, context, count = sys.argv[1:]
    job, parts = PeerJob(url, context, int(count)), urlsplit(url)
    address = anyio.run(job.address, job.topics[0])
    path = jars.compiled(HERE / "java" / "JaxbJmsPeer.java", jars.jars(HERE / "java" / "jms" / "pom.xml"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "Root.java"
        source.write_text(JavaSource(EndDeviceEvents).text)
        for number, body in enumerate(job.bodies):
            (folder / f"{number}.xml").write_bytes(body)
        classes = jars.compiled(source, path)
        where = f"amqp://{parts.hostname}:{parts.port or 5672}"
        properties = [f"{name}={value}" for name, value in job.properties.items()]
        command = ["java", "-XX:+UseSerialGC", "-cp", classes, "JaxbJmsPeer", "Root"]
        return subprocess.call([*command, str(folder), where, task, address, count, *properties])


if __name__ == "__main__":
    sys.exit(main())
