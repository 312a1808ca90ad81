"""JMS clients of several vendors, which one source drives: it knows the interface, and the class that begins it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import msgspec

from cimbus.testing.brokers.processes import find_program

SOURCE = Path(__file__).resolve().parent / "java" / "JmsPeer.java"


class Vendor(msgspec.Struct, frozen=True):
    """The JMS client of one vendor.

    Attributes:
        factory: the class of its ConnectionFactory.
        url: for its constructor, with ``{port}`` in it.
    """

    factory: str
    url: str


OPENWIRE = Vendor("org.apache.activemq.ActiveMQConnectionFactory", "tcp://127.0.0.1:{port}")
CORE = Vendor("org.apache.activemq.artemis.jms.client.ActiveMQJMSConnectionFactory", "tcp://127.0.0.1:{port}")
QPID = Vendor("org.apache.qpid.jms.JmsConnectionFactory", "amqp://127.0.0.1:{port}")


def compiled(class_path: str, folder: Path) -> str:
    """Compile the client against the jars of a broker into a folder; return the class path to run it with.

    Raises:
        RuntimeError: it does not compile; what the compiler said is in the text.
    """
    javac = find_program("javac")
    assert javac is not None, "no javac"
    command = [javac, "-Xlint:all,-path", "-Werror", "-cp", class_path, "-d", str(folder), str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{SOURCE.name} does not compile:\n{(done.stdout + done.stderr)[-4000:]}")
    return os.pathsep.join([str(folder), class_path])
