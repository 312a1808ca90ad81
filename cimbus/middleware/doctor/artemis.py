"""What the settings of ActiveMQ Artemis do to messages: those of broker.xml, and how its management gives them."""

from __future__ import annotations

from typing import Final

import msgspec

from .finding import Finding, judged, unknown

EFFECTS: Final = {
    "max-delivery-attempts": "after so many deliveries a message goes to the dead letter address; 10 by default",
    "dead-letter-address": "where there is none, such messages are deleted",
    "redelivery-delay": "how long a released message waits; without, failing ones are delivered in a loop",
    "expiry-address": "where there is none, expired messages are deleted",
    "address-full-policy": "what happens to a full address: PAGE keeps all, DROP deletes, FAIL and BLOCK refuse",
}
"""What the address settings do, by their names in broker.xml."""


class AddressSettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The address settings as ``getAddressSettingsAsJSON`` gives them, with Artemis' defaults for what it leaves out.

    >>> msgspec.json.decode('{"redeliveryDelay": 1000}', type=AddressSettings).max_delivery_attempts
    10
    """

    max_delivery_attempts: int = 10
    dead_letter_address: str | None = None
    expiry_address: str | None = None
    redelivery_delay: int = 0
    """In milliseconds."""
    address_full_message_policy: str = "PAGE"


def unknown_artemis(why: str) -> list[Finding]:
    """Return the settings of Artemis that could not be asked for.

    >>> {finding.verdict for finding in unknown_artemis("ask over STOMP")}
    {'unknown'}
    """
    advice = f"{why}; see address-settings in broker.xml"
    return [unknown(name, effect, advice) for name, effect in EFFECTS.items()]


def artemis_findings(answer: str, *, persistent: bool | None) -> list[Finding]:
    """Return the findings for the address settings that Artemis' management gave as JSON, for all addresses.

    Args:
        answer: of ``getAddressSettingsAsJSON``.
        persistent: whether the broker keeps messages on its disk; None: it does not say.

    >>> found = artemis_findings('{"addressFullMessagePolicy": "DROP"}', persistent=True)
    >>> [(each.setting, each.verdict) for each in found if each.verdict == "error"]
    [('dead-letter-address', 'error'), ('address-full-policy', 'error')]
    """
    try:
        settings = msgspec.json.decode(answer, type=AddressSettings)
    except msgspec.DecodeError as exc:
        return [*unknown_artemis(f"the management's answer cannot be read: {exc}"), _persistence(persistent)]
    return [
        *_attempts(settings),
        _delay(settings),
        _expired(settings),
        _full(settings),
        _persistence(persistent),
    ]


def _attempts(settings: AddressSettings) -> list[Finding]:
    """Return what happens to a message that failed too often; one fault is one finding."""
    dead, attempts = settings.dead_letter_address, settings.max_delivery_attempts
    fits = bool(dead) or attempts < 0
    name = "dead-letter-address"
    place = judged(name, dead or "none", EFFECTS[name], fits=fits, otherwise="error", advice=f"set a {name}")
    if not fits:
        return [place]
    count = "without limit" if attempts < 0 else str(attempts)
    name = "max-delivery-attempts"
    return [judged(name, count, EFFECTS[name]), place]


def _delay(settings: AddressSettings) -> Finding:
    name, delay = "redelivery-delay", settings.redelivery_delay
    return judged(name, f"{delay} ms", EFFECTS[name], fits=bool(delay), advice="1000 ms or more")


def _expired(settings: AddressSettings) -> Finding:
    name, place = "expiry-address", settings.expiry_address
    return judged(name, place or "none", EFFECTS[name], fits=bool(place), advice="set one, to see what expired")


def _full(settings: AddressSettings) -> Finding:
    name, policy = "address-full-policy", settings.address_full_message_policy
    return judged(name, policy, EFFECTS[name], fits=policy != "DROP", otherwise="error", advice="PAGE")


def _persistence(persistent: bool | None) -> Finding:
    name, effect = "persistence-enabled", "without, a restart loses all messages"
    if persistent is None:
        return unknown(name, effect)
    value = str(persistent).lower()
    return judged(name, value, effect, fits=persistent, otherwise="error", advice="set it to true")
