"""AMQP messages written and read by cimbus_jms against proton's own Message, in one run.

A message of 2 kB with the properties of an EndDeviceEvents. ``x`` is a multiple of proton's Message, which makes the
same: a text body, a message-id, annotations of JMS and application properties; read is what a consumer needs of it.

    python benchmarks/bench_amqp_codec.py [--quick]
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import proton
from report import Cost, arguments, parse, save, show, take_turns

from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus_jms.amqp.jms_mapping import TEXT, TO, TYPE, MessageWriter, read_message
from cimbus_jms.destinations import Destination

RESULTS = Path(__file__).parent / "results" / "bench_amqp_codec.json"

PROPERTIES = {
    "Context": "PRODUCTION",
    "Noun": "EndDeviceEvents",
    "Verb": "created",
    "Source": "HES",
    "MessageID": str(uuid.uuid4()),
    "ContentType": "application/xml",
    "Key": "meter-1",
}
FRAME = Frame(
    topic=Topic("production", "events", "EndDeviceEvents", "created", "meter-1"),
    body=b"<EndDeviceEvents>" + b"x" * 2_000 + b"</EndDeviceEvents>",
    properties=PROPERTIES,
)
TARGET = Destination("topic", "PRODUCTION.EVENTS.EndDeviceEvents.created")


def write_with_proton() -> bytes:
    """Return the message that ``MessageWriter`` makes of the frame, made by proton."""
    message = proton.Message(
        body=FRAME.body.decode(),
        durable=True,
        id=f"ID:{uuid.uuid4()}",
        address=TARGET.name,
        group_id=FRAME.topic.key,
        creation_time=1.0,
        properties=dict(PROPERTIES),
    )
    message.annotations = proton.AnnotationDict(
        {proton.symbol(TYPE): proton.byte(TEXT), proton.symbol(TO): proton.byte(1)}
    )
    return bytes(message.encode())


def read_with_proton(data: bytes) -> tuple[Any, ...]:
    """Return what a consumer needs of a message."""
    message = proton.Message()
    message.decode(data)
    return (
        message.body.encode(),
        {str(name): str(value) for name, value in message.properties.items()},
        message.address,
        message.id,
        message.delivery_count,
        message.group_id,
        message.priority,
        message.expiry_time,
        message.annotations,
    )


def timed(work: Callable[[], object], count: int) -> Callable[[], Cost]:
    """Return a turn that does the work so often."""

    def turn() -> Cost:
        cost = Cost()
        with cost.measured(count):
            for _ in range(count):
                work()
        return cost

    return turn


def main() -> None:
    """Measure and report."""
    given = parse(arguments(__doc__.splitlines()[0], RESULTS))
    own = MessageWriter()
    data = own.write(FRAME, TARGET)
    assert read_with_proton(data)[:3] == (read_message(data).body, PROPERTIES, TARGET.name)
    assert read_message(write_with_proton()).properties == PROPERTIES
    tables = {
        "AMQP: write a message": {"proton": write_with_proton, "cimbus": lambda: own.write(FRAME, TARGET)},
        "AMQP: read a message": {"proton": lambda: read_with_proton(data), "cimbus": lambda: read_message(data)},
    }
    rows = []
    for table, candidates in tables.items():
        if given.only in table:
            rows += take_turns(
                table, {name: timed(work, given.count) for name, work in candidates.items()}, given.repeat
            )
            show(rows[-len(candidates) :])
    save(given, rows, ("python-qpid-proton",), size=len(FRAME.body))


if __name__ == "__main__":
    main()
