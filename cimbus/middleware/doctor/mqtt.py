"""What the settings of an MQTT broker do to messages: those of CONNACK, and what is known of Mosquitto."""

from __future__ import annotations

from typing import Final

import msgspec

from .finding import Finding, judged, kept_for, unknown

DROPPED: Final = "$SYS/broker/publish/messages/dropped"
"""Where Mosquitto counts the messages that it dropped."""
NEVER: Final = 0xFFFF_FFFF
"""A Session Expiry Interval: the session does not expire (MQTT 5.0, 3.1.2.11.2)."""


class MqttFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an MQTT broker says of its settings, with the standard's values for what CONNACK leaves out.

    >>> MqttFacts(v5=True, session_expiry=60, max_packet=1_000_000).max_qos
    2

    Attributes:
        v5: whether MQTT 5.0 is spoken; 3.1.1 says none of the next five.
        session_expiry: for how many seconds the session of a durable group is kept.
        max_packet: the largest packet that the broker takes, in bytes.
        max_qos: the highest QoS that it has.
        shared: whether it has shared subscriptions.
        retained: whether it has retained messages.
        version: of Mosquitto, as ``$SYS/broker/version`` says it; empty: it does not.
        dropped: how many messages were dropped, as ``DROPPED`` says it; None: it does not.
    """

    v5: bool
    session_expiry: int
    max_packet: int
    max_qos: int = 2
    shared: bool = True
    retained: bool = True
    version: str = ""
    dropped: str | None = None


def mqtt_findings(facts: MqttFacts, *, max_packet: int) -> list[Finding]:
    """Return the findings for what a broker said; ``max_packet``: the largest packet that is sent, in bytes.

    >>> facts = MqttFacts(v5=True, session_expiry=60, max_packet=1_000_000)
    >>> [each.verdict for each in mqtt_findings(facts, max_packet=1_000_000) if "session expiry" in each.setting]
    ['error']
    """
    said = [_expiry(facts), _packet(facts, max_packet), *_features(facts), *_mosquitto(facts)]
    return said if facts.dropped is None else [*said, _dropped(facts.dropped)]


def _expiry(facts: MqttFacts) -> Finding:
    setting = "session expiry (MQTT 5.0, 3.2.2.3.2)"
    if not facts.v5:
        return unknown(
            setting,
            "MQTT 3.1.1 does not say how long the broker keeps the session of a durable group",
            "Mosquitto: look at persistent_client_expiration; or use MQTT 5.0",
        )
    seconds = None if facts.session_expiry == NEVER else float(facts.session_expiry)
    advice = "raise ?session_expiry=, and the broker's limit where it is lower"
    return kept_for(setting, seconds, what="the messages of a durable group", advice=advice)


def _packet(facts: MqttFacts, max_packet: int) -> Finding:
    setting = "maximum packet size (MQTT 5.0, 3.2.2.3.6)"
    if not facts.v5:
        effect = "MQTT 3.1.1 does not say it; a broker closes the connection over what is larger"
        return unknown(setting, effect, "set ?max_packet= to the broker's limit")
    advice = f"it is lower than ?max_packet={max_packet}"
    effect = "what is larger is refused at publish"
    return judged(setting, str(facts.max_packet), effect, fits=facts.max_packet >= max_packet, advice=advice)


def _features(facts: MqttFacts) -> list[Finding]:
    if not facts.v5:
        return []
    effect = "at QoS 0 nothing is acknowledged, and durable groups are not possible"
    found = [
        judged(
            "maximum QoS (3.2.2.3.4)",
            str(facts.max_qos),
            effect,
            fits=facts.max_qos > 0,
            otherwise="error",
            advice="allow QoS 1 at the broker",
        )
    ]
    for setting, there, effect in (
        ("shared subscriptions (3.2.2.3.13)", facts.shared, "without, each member of a group receives everything"),
        ("retained messages (3.2.2.3.5)", facts.retained, "without, there are none for subscribe(retained=True)"),
    ):
        found.append(judged(setting, "available" if there else "not available", effect, fits=there))
    return found


def _mosquitto(facts: MqttFacts) -> list[Finding]:
    """Return what no broker tells, by the names that it has at Mosquitto."""
    known = facts.version.startswith("mosquitto")
    queue = "max_queued_messages in mosquitto.conf" if known else "the broker's documentation"
    return [
        unknown(
            "queue of a session (Mosquitto: max_queued_messages)",
            "what comes for a durable group that is away is dropped beyond it, without a word to the publisher",
            f"look at {queue}: Mosquitto's default is 1000 messages; 0 is without limit",
        ),
        unknown(
            "persistence (Mosquitto: persistence, autosave_interval)",
            "without it, a restart of the broker loses all sessions and what they hold",
            "Mosquitto: persistence true, and autosave_interval as small as a crash may cost, with "
            "autosave_on_changes true",
        ),
    ]


def _dropped(count: str) -> Finding:
    effect = "so many messages were dropped since the broker began: queues were full, or packets too large"
    advice = "raise max_queued_messages and max_queued_bytes"
    return judged(DROPPED, count, effect, fits=count.strip() in ("", "0"), otherwise="error", advice=advice)
