"""The payloads of a stream: samples of its noun that are made before the run, with key and time changed per message.

Each message is then published typed, so that it is encoded as an application's messages are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Final

from msgspec.structs import replace

from cimbus.errors import UsageError
from cimbus.interface.element import XmlElement
from cimbus.interface.model import Cim
from cimbus.nouns import (
    EndDevice,
    EndDeviceControl,
    EndDeviceControls,
    EndDeviceEvent,
    EndDeviceEvents,
    GetMeterReadings,
    IdentifiedObject,
    Meter,
    MeterReading,
    MeterReadings,
    Reading,
    ReadingQuality,
    Reference,
)
from cimbus.nouns.operations.published_outages import Outage, PubOutages
from cimbus.nouns.work.requests import WorkRequest, WorkRequests
from cimbus.testing.sampling import sample

from .plan import StreamPlan

__all__ = ["MakePayload", "payload_maker", "reply_payload"]

MakePayload = Callable[[str, datetime], Cim | XmlElement]
"""Makes the payload of one message from its key and the time now."""

POOL: Final = 32
"""Samples of a noun: enough that no cache of the codec sees one message again and again, and few to make."""
QUARTER: Final = timedelta(minutes=15)
ENERGY: Final = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
"""Interval energy in Wh, by the quarter of an hour."""
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CIM: Final = "http://iec.ch/TC57/CIM100#"


def payload_maker(stream: StreamPlan) -> MakePayload:
    """Return what makes the payloads of a stream.

    Raises:
        UsageError: the noun is none that scenarios can have.

    >>> from cimbus.nouns import key_of
    >>> stream = StreamPlan(name="x", noun="EndDeviceEvents", count=1, seconds=1.0, keys=1)
    >>> key_of(payload_maker(stream)("up-1", datetime.now(UTC)))
    'up-1'
    """
    makers: dict[str, Callable[[StreamPlan], MakePayload]] = {
        "EndDeviceEvents": _events,
        "EndDeviceControls": _controls,
        "GetMeterReadings": _queries,
        "MeterReadings": _readings,
        "NetworkModel": _models,
        "PubOutages": _outages,
        "WorkRequests": _work,
    }
    if stream.noun not in makers:
        raise UsageError(f"{stream.name}: scenarios have no messages for {stream.noun}, only for {', '.join(makers)}")
    return makers[stream.noun](stream)


def reply_payload(stream: StreamPlan, key: str) -> MeterReadings:
    """Return the payload of a reply, or of one of its parts.

    >>> stream = StreamPlan(name="x", noun="GetMeterReadings", count=1, seconds=1.0, keys=1, values=2)
    >>> len(reply_payload(stream, "m-1").MeterReading[0].Readings)
    2
    """
    now = datetime.now(UTC)
    return MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=key), Readings=_values(0, stream.values, now))])


def _events(_: StreamPlan) -> MakePayload:
    pool = cycle([sample(EndDeviceEvent, seed=seed) for seed in range(POOL)])

    def make(key: str, now: datetime) -> EndDeviceEvents:
        point = IdentifiedObject(mRID=key)
        event = replace(next(pool), createdDateTime=now, UsagePoint=point)
        return EndDeviceEvents(EndDeviceEvent=[event])

    return make


def _controls(_: StreamPlan) -> MakePayload:
    pool = cycle([sample(EndDeviceControl, seed=seed) for seed in range(POOL)])

    def make(key: str, _: datetime) -> EndDeviceControls:
        return EndDeviceControls(
            EndDeviceControl=[replace(next(pool), EndDevices=[EndDevice(mRID=key)], UsagePoints=[])]
        )

    return make


def _queries(_: StreamPlan) -> MakePayload:
    def make(key: str, _: datetime) -> GetMeterReadings:
        return GetMeterReadings(EndDevice=[IdentifiedObject(mRID=key)])

    return make


def _readings(stream: StreamPlan) -> MakePayload:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    pool = [_values(seed, stream.values, start) for seed in range(POOL)]
    others = [
        MeterReading(Meter=Meter(mRID=f"meter-{number}"), Readings=pool[number % POOL])
        for number in range(1, stream.items)
    ]
    first = cycle(pool)

    def make(key: str, now: datetime) -> MeterReadings:
        kept = next(first)
        readings = [*kept[:-1], replace(kept[-1], timeStamp=now)]
        return MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=key), Readings=readings), *others])

    return make


def _values(seed: int, count: int, start: datetime) -> list[Reading]:
    """Return readings as those in public files: time, value, one quality flag; 250 to 270 bytes each."""
    like = replace(
        sample(Reading, seed=seed),
        reason=None,
        reportedDateTime=None,
        source=None,
        timePeriod=None,
        ReadingQualities=[ReadingQuality(ReadingQualityType=Reference(ref="1.0.0"))],
        ReadingType=Reference(ref=ENERGY),
    )
    return [
        replace(like, timeStamp=start + number * QUARTER, value=Decimal(1000 + 37 * seed + 13 * number).scaleb(-3))
        for number in range(count)
    ]


def _models(stream: StreamPlan) -> MakePayload:
    """Return network models as public CIM XML has them: each node a few elements with attributes and texts."""
    nodes = [_node(number) for number in range(max(1, round(stream.size / _length(_node(0)))))]

    def make(key: str, now: datetime) -> XmlElement:
        head = XmlElement("mRID", CIM, text=key), XmlElement("created", CIM, text=now.isoformat())
        return XmlElement("NetworkModel", CIM, children=(*head, *nodes), prefixes={"": CIM, "rdf": RDF})

    return make


def _node(number: int) -> XmlElement:
    mrid = f"_{number:08X}-0000-4000-8000-000000000000"
    texts = {"IdentifiedObject.mRID": mrid, "IdentifiedObject.name": f"node {number}", "Location": "x"}
    children = [XmlElement(name, CIM, text=text) for name, text in texts.items()]
    children += [
        XmlElement(f"Terminal.{end}", CIM, attributes={f"{{{RDF}}}resource": f"#{mrid}{end}"})
        for end in ("ConductingEquipment", "ConnectivityNode")
    ]
    return XmlElement("ACLineSegment", CIM, attributes={f"{{{RDF}}}ID": mrid}, children=children)


def _length(node: XmlElement) -> int:
    """Return about how many bytes an element is, written as XML."""
    own = 2 * len(node.name) + 5 + len(node.text) + sum(len(value) + 16 for value in node.attributes.values())
    return own + sum(map(_length, node.children))


def _outages(_: StreamPlan) -> MakePayload:
    pool = cycle([sample(Outage, seed=seed) for seed in range(POOL)])

    def make(key: str, _: datetime) -> PubOutages:
        return PubOutages(Outage=[replace(next(pool), mRID=key)])

    return make


def _work(_: StreamPlan) -> MakePayload:
    pool = cycle([sample(WorkRequest, seed=seed) for seed in range(POOL)])

    def make(key: str, _: datetime) -> WorkRequests:
        return WorkRequests(WorkRequest=[replace(next(pool), mRID=key)])

    return make
