"""A noun of one's own: declared in a few lines, then typed in XML, JSON and the type checker like the built-in ones."""

from datetime import UTC, datetime

import cimbus
from cimbus import Cim, CimEnum, Message
from cimbus.model import DateTime, Some


class CauseKind(CimEnum):
    storm = "storm"
    equipment = "equipment"


class Outage(Cim):  # the children in schema order; mandatory ones have no default
    mRID: str | None = None
    cause: CauseKind | None = None
    started: DateTime
    usagePoints: Some[str]  # 1..*; `list[str] = []` would be 0..*


@cimbus.noun("http://example.com/2026/FeederOutages#")
class FeederOutages(Cim):
    FeederOutage: list[Outage] = []


def main() -> None:
    outage = Outage(mRID="o-1", cause=CauseKind.storm, started=datetime.now(UTC), usagePoints=["up-1", "up-2"])
    message = Message.of(FeederOutages(FeederOutage=[outage]), source="OMS")
    for data in (cimbus.encode(message), cimbus.encode(message, "json")):
        print(data.decode())
        read: Message[FeederOutages] = cimbus.decode(data)
        print(type(read.payload).__name__, read.payload.FeederOutage[0].started)


if __name__ == "__main__":
    main()
