"""The latency that each kind of message may have on the bus.

The tiers follow the requirement ladder of EPRI's IntelliGrid architecture (response under 1 s, about 10 s, contractual
timeliness); which stream belongs to which tier is our choice.
"""

from __future__ import annotations

from typing import Final

import msgspec

from .scenario import TierName

__all__ = ["TIERS", "Tier"]


class Tier(msgspec.Struct, frozen=True):
    """One tier.

    >>> TIERS["event"].bound
    1.0

    Attributes:
        name: of the tier.
        bound: the 99th percentile of the latency that a run may have to be sustained, in seconds.
        about: what belongs to it.
    """

    name: TierName
    bound: float
    about: str


TIERS: Final[dict[TierName, Tier]] = {
    tier.name: tier
    for tier in (
        Tier("event", 1.0, "end-device events, switching, outages: nothing is lost"),
        Tier("command", 1.0, "controls and on-demand reads: to the adapter and back"),
        Tier("display", 1.0, "republished telemetry"),
        Tier("bulk", 300.0, "interval reads, settlement, models: minutes, within the agreed window"),
        Tier("background", 3600.0, "reference data and audits: hours"),
    )
}
"""By name, the strictest first."""
