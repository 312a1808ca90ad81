"""What the settings of Kafka's brokers do to messages (kafka.apache.org/documentation, Broker Configs)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from .finding import Finding, Verdict, judged, kept_for, unknown

SETTINGS: Final = (
    "message.max.bytes", "group.min.session.timeout.ms", "group.max.session.timeout.ms", "auto.create.topics.enable",
    "log.retention.ms", "log.retention.minutes", "log.retention.hours", "log.retention.bytes",
    "offsets.retention.minutes", "min.insync.replicas", "default.replication.factor", "unclean.leader.election.enable",
)  # fmt: skip
"""The settings to ask a broker for."""
LOOK: Final = "this client may not describe the broker's configuration (DescribeConfigs on the cluster)"
"""Why a setting is not known."""


def kafka_findings(settings: Mapping[str, str], *, max_message: int, session: float) -> list[Finding]:
    """Return the findings for the settings of a broker; topics may have others.

    Args:
        settings: by their names; those that it does not tell are missing.
        max_message: the largest message that is sent, in bytes.
        session: the session timeout of groups, in seconds.

    >>> found = kafka_findings({"log.retention.hours": "1"}, max_message=1_048_588, session=10.0)
    >>> [(each.setting, each.verdict) for each in found if each.value != "unknown"]
    [('log.retention', 'error')]
    """
    return [
        _size(settings, max_message),
        _session(settings, session),
        _retention(settings),
        _switch(settings, "log.retention.bytes", fits=lambda value: value == "-1", otherwise="error",
                effect="beyond so many bytes of a partition the oldest messages are deleted, read or not",
                advice="set it to -1, or large enough for the longest absence of a group"),
        _offsets(settings),
        _replicas(settings),
        _switch(settings, "unclean.leader.election.enable", fits=lambda value: value != "true", otherwise="error",
                effect="a replica that lags behind may become the leader, and acknowledged messages are lost",
                advice="set it to false"),
        _switch(settings, "auto.create.topics.enable", fits=lambda value: value != "true", otherwise="warning",
                effect="a topic with a misspelt name is created by whatever client asks for it",
                advice="set it to false; cimbus creates its topics itself (?create=)"),
    ]  # fmt: skip


def _switch(
    settings: Mapping[str, str],
    name: str,
    *,
    fits: Callable[[str], bool],
    otherwise: Verdict,
    effect: str,
    advice: str,
) -> Finding:
    value = settings.get(name)
    if value is None:
        return unknown(name, effect, LOOK)
    return judged(name, value, effect, fits=fits(value), otherwise=otherwise, advice=advice)


def _size(settings: Mapping[str, str], max_message: int) -> Finding:
    name, effect = "message.max.bytes", "a larger batch, and so a larger message, is refused at publish"
    value = settings.get(name)
    if value is None:
        return unknown(name, effect, LOOK)
    advice = f"write ?max_message={value}, or raise it there to {max_message}"
    return judged(name, value, effect, fits=int(value) >= max_message, advice=advice)


def _session(settings: Mapping[str, str], session: float) -> Finding:
    name, effect = "group session bounds", "outside of them ?session= is refused, and nothing is consumed"
    low, high = (settings.get(f"group.{word}.session.timeout.ms") for word in ("min", "max"))
    if low is None or high is None:
        return unknown(name, effect, LOOK)
    fits = int(low) <= session * 1000 <= int(high)
    advice = f"?session={session:g} is not within them"
    return judged(name, f"{low} to {high} ms", effect, fits=fits, otherwise="error", advice=advice)


def _retention(settings: Mapping[str, str]) -> Finding:
    """Return the finding for log.retention.ms, which stands before minutes and hours."""
    for name, factor in (("ms", 0.001), ("minutes", 60.0), ("hours", 3600.0)):
        value = settings.get(f"log.retention.{name}")
        if value not in (None, "", "None"):
            seconds = None if value == "-1" else float(str(value)) * factor
            advice = "raise log.retention.hours, or retention.ms of the topics"
            return kept_for("log.retention", seconds, what="messages, read or not,", advice=advice)
    return unknown("log.retention", "older messages are deleted, read or not", LOOK)


def _offsets(settings: Mapping[str, str]) -> Finding:
    name = "offsets.retention.minutes"
    value = settings.get(name)
    if value is None:
        return unknown(name, "a group that is away for longer loses its position", LOOK)
    return kept_for(name, float(value) * 60, what="positions of groups", advice=f"raise {name}")


def _replicas(settings: Mapping[str, str]) -> Finding:
    name, effect = "replication", "what one broker alone has is lost with its disk"
    copies, insync = settings.get("default.replication.factor"), settings.get("min.insync.replicas")
    if copies is None or insync is None:
        return unknown(name, effect, LOOK)
    value = f"{copies}, of which {insync} have a message that is acknowledged"
    advice = "three brokers, default.replication.factor=3 and min.insync.replicas=2"
    return judged(name, value, effect, fits=int(copies) > 1 and int(insync) > 1, advice=advice)
