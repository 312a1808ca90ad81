"""The documents that mutators begin with: messages of our own making, and files of ``CIMBUS_FUZZ_CORPUS`` if it is set.

The variable names folders or files, separated as in ``PATH``; files are read where they are, and never copied.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from interface.codecs.codec_samples import DIALECTS, header, message, soap

import cimbus
from cimbus import Extensions, Message, XmlElement, nouns
from cimbus.interface.envelope import (
    ID,
    Error,
    Operation,
    OperationSet,
    Option,
    Property,
    Reply,
    Request,
    ResultKind,
    User,
)

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
LARGEST = 20_000
"""Octets of a file of the corpus: mutants of longer ones take long, and show nothing else."""


def own() -> list[Message]:
    """Return messages with something in every area, the same ones each time."""
    return [
        made.replace(message_id=f"m-{number}", timestamp=WHEN) if made.message_type != "FaultMessage" else made
        for number, made in enumerate(_own())
    ]


def _own() -> list[Message]:
    trace = XmlElement(
        "Trace", "urn:v", attributes={"{urn:w}a": "1", "{urn:w}b": "2"}, text="7", prefixes={"v": "urn:v"}
    )
    mixed = XmlElement("Note", "urn:v", text="a ", children=[XmlElement("b", "urn:v", text="c", tail=" d")])
    readings = nouns.MeterReadings(
        MeterReading=[
            nouns.MeterReading(
                Meter=nouns.Meter(mRID="meter-7", Names=[nouns.Name(name="4711")]),
                Readings=[nouns.Reading(timeStamp=WHEN, value=Decimal("1.50"), ReadingType=nouns.Reference(ref="0.0"))],
            )
        ]
    )
    events = nouns.EndDeviceEvents(
        EndDeviceEvent=[
            nouns.EndDeviceEvent(mRID="e-1", createdDateTime=WHEN, EndDeviceEventType=nouns.Reference(ref="3.26.9.185"))
        ]
    )
    request = Request(
        start_time=WHEN,
        options=(Option(name="limit", value="9"),),
        ids=(ID(value="m", kind="name", object_type="Meter"),),
    )
    reply = Reply(result=ResultKind.FAILED, errors=(Error(code="2.4", reason="no <such> meter"),), operation_id=3)
    asked = Message.of(
        nouns.GetMeterReadings(EndDevice=[nouns.IdentifiedObject(mRID="m")]), request=request, source="CIS"
    )
    steps = OperationSet(
        enforce_msg_sequence=True,
        operations=(
            Operation(operation_id=1, noun="EndDeviceEvents", verb="create", payload=events),
            Operation(operation_id=2, noun="X", verb="delete", payload=XmlElement("X", "urn:x")),
        ),
    )
    return [
        Message.of(
            readings,
            source="HES",
            context="TESTING",
            reply_address="topic:a/b",
            ack_required=True,
            user=User(user_id="u", organization="o"),
            properties=(Property(name="a", value="b"), Property(name="c")),
            extensions=Extensions.of(trace, mixed, after="Source"),
        ),
        Message.of(events, verb="create", compress=True),
        asked,
        Message(asked.reply(readings).header, reply=reply, payload=Message.of(readings).payload_area),
        asked.fault(Error(code="1.8", extensions=Extensions.of(trace, after="code"))),
        Message.of(steps),
        Message.of(XmlElement("X", "urn:x", children=[trace, mixed, trace], attributes={"id": "1"})),
        Message.of(XmlElement("Y", "", children=[XmlElement("z", "", text="1")])),
    ]


def corpus() -> list[bytes]:
    """Return the files that the environment names."""
    found: list[bytes] = []
    for place in filter(None, os.environ.get("CIMBUS_FUZZ_CORPUS", "").split(os.pathsep)):
        path = Path(place)
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [file.read_bytes() for file in files if file.is_file() and file.stat().st_size <= LARGEST]
    return found


@cache
def xml() -> tuple[bytes, ...]:
    """Return XML documents."""
    made = [cimbus.encode(each) for each in own()]
    made += [cimbus.encode(own()[0], per_noun=True), soap(message(head=header(extra="<Vendor/>"))).encode()]
    made += [dialect.document.encode() for dialect in DIALECTS.values()]
    return (*made, *(data for data in corpus() if data.lstrip()[:1] == b"<"))


@cache
def jsons() -> tuple[bytes, ...]:
    """Return JSON documents."""
    made = [cimbus.encode(each, "json") for each in own()]
    made.append(
        json.dumps({"header": {"verb": "CREATE", "noun": "X"}, "payload": {"X": [{"a": 1.50}, {"a": None}]}}).encode()
    )
    made.append(json.dumps({"value": {"body": soap(message())}}).encode())
    made.append(json.dumps({"value": json.loads(made[0])}, indent=1).encode())
    return (*made, *(data for data in corpus() if data.lstrip()[:1] == b"{"))
