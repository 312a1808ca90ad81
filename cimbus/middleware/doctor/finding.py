"""``Finding``: what one setting of a broker does to messages, and ``Doctor``: a transport that finds that out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, Protocol, runtime_checkable

import msgspec

Verdict = Literal["ok", "warning", "error", "unknown"]
"""Nothing is lost; something may surprise; messages are lost, or nothing works; it cannot be seen."""

DAY: Final = 86_400.0
"""For how many seconds a durable group that is away must be kept at least: a machine that is off overnight."""
WEEK: Final = 7 * DAY
"""For how many seconds it should be kept: a machine that is off over a weekend and a holiday."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one setting of a broker does.

    >>> Finding(setting="max_queued_messages", verdict="unknown", effect="what is above it is dropped").value
    'unknown'

    Attributes:
        setting: its name at the broker.
        verdict: whether messages are lost by it.
        effect: what it does, in one sentence.
        value: what it is set to, as far as the broker says so.
        advice: what to set, or where to look; empty: nothing.
    """

    setting: str
    verdict: Verdict
    effect: str
    value: str = "unknown"
    advice: str = ""


@runtime_checkable
class Doctor(Protocol):
    """A transport that can say what its broker will do to messages.

    >>> from cimbus.middleware.memory import MemoryTransport
    >>> isinstance(MemoryTransport(), Doctor)
    False
    """

    async def examine(self) -> Sequence[Finding]:
        """Return what was found; the transport is open.

        Raises:
            TransportError: the broker cannot be asked.
        """
        ...


def judged(
    setting: str, value: str, effect: str, *, fits: bool = True, otherwise: Verdict = "warning", advice: str = ""
) -> Finding:
    """Return the finding for a setting whose value is known.

    >>> judged("replicas", "1", "one copy is lost with its disk", fits=False, advice="3").advice
    '3'

    Args:
        setting: its name.
        value: what it is set to.
        effect: what it does, in one sentence.
        fits: whether nothing is to be done.
        otherwise: the verdict if not.
        advice: what to do then.
    """
    if fits:
        return Finding(setting=setting, value=value, verdict="ok", effect=effect)
    return Finding(setting=setting, value=value, verdict=otherwise, effect=effect, advice=advice)


def unknown(setting: str, effect: str, advice: str = "") -> Finding:
    """Return the finding for a setting that the broker does not tell; ``advice``: where to look.

    >>> unknown("persistent", "without it a restart loses all messages", "see activemq.xml").value
    'unknown'
    """
    return Finding(setting=setting, verdict="unknown", effect=effect, advice=advice)


def kept_for(setting: str, seconds: float | None, *, what: str, advice: str) -> Finding:
    """Return the finding for how long something is kept; None: without limit.

    >>> kept_for("retention", 3_600.0, what="messages", advice="longer").verdict
    'error'

    Args:
        setting: its name.
        seconds: how long.
        what: what is kept, for the sentence.
        advice: where it is too short.
    """
    if seconds is None:
        return Finding(setting=setting, value="without limit", verdict="ok", effect=f"{what} are kept without limit")
    verdict: Verdict = "error" if seconds < DAY else "warning" if seconds < WEEK else "ok"
    return Finding(
        setting=setting,
        value=f"{seconds / 3600:g} h",
        verdict=verdict,
        effect=f"{what} are kept for {seconds / DAY:g} days; a durable group that is away for longer loses messages",
        advice="" if verdict == "ok" else advice,
    )
