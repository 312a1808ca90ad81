"""A noun of your own: declared once, and then typed in XML, in JSON and for type checkers like the built-in ones.

    python examples/03_own_noun.py

It prints the topic of a message, the message as XML and as JSON, and what each of them is read as.
"""

from datetime import UTC, datetime

import cimbus
from cimbus import Cim, CimEnum, Message
from cimbus.interface.model import AtLeastOne, DateTime
from cimbus.nouns import key_of


class CauseKind(CimEnum):
    storm = "storm"
    equipment = "equipment"


class Outage(Cim):  # the children in schema order; mandatory ones have no default
    mRID: str | None = None
    cause: CauseKind | None = None
    started: DateTime
    usagePoints: AtLeastOne[str]  # 1..*; `list[str] = []` would be 0..*


@cimbus.noun("http://example.com/2026/FeederOutages#", items="FeederOutage", about=("",))  # the outage gives the key
class FeederOutages(Cim):
    FeederOutage: list[Outage] = []


def main() -> None:
    outage = Outage(mRID="o-1", cause=CauseKind.storm, started=datetime.now(UTC), usagePoints=["up-1", "up-2"])
    message = Message.of(FeederOutages(FeederOutage=[outage]), source="OMS")
    print(message.topic(key_of(message.payload)))
    for data in (cimbus.encode(message), cimbus.encode(message, "json")):
        print(data.decode())
        read: Message[FeederOutages] = cimbus.decode(data)
        print(type(read.payload).__name__, read.payload.FeederOutage[0].started)


if __name__ == "__main__":
    main()
