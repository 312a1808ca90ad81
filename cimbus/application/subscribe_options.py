"""The options of a subscription, as a type that type checkers know and errors that name what exists."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, TypedDict

from cimbus.interface.envelope import AnyVerb
from cimbus.interface.topic import Kind, Pattern
from cimbus.interface.verbs import check_verb
from cimbus.middleware.transport import SubscriptionSpec, Transport

from .inbox import Inbox
from .message_reader import MessageReader
from .patterns import pattern_of
from .subscription import Subscription


class SubscribeOptions(TypedDict, total=False):
    """The options of ``Bus.subscribe``.

    ``verb``, ``key``: one only (by default all); ``kind``: events (by default), requests or replies, None for all;
    ``context``: by default the bus's, ``"*"`` for all; ``group``: consumers of one group share the messages (by default
    each subscription gets a copy); ``durable``: keep what is sent while no consumer of the group is there; ``credit``:
    how many messages may be unsettled at once; ``max_attempts``: deliveries after which a message that is released
    becomes a dead letter; ``inbox``: a file (or an ``Inbox``) that remembers for a group what was accepted, so that it
    is not handed out again; ``retained``: receive first what the middleware has retained (MQTT).
    """

    verb: AnyVerb | None
    kind: Kind | str | None
    key: str | None
    context: str | None
    group: str
    durable: bool
    credit: int
    max_attempts: int
    inbox: Inbox | str | os.PathLike[str]
    retained: bool


def check_subscribe_options(options: Mapping[str, Any]) -> None:
    """Check the options of a subscription: not every user runs a type checker.

    >>> check_subscribe_options({"vreb": "created"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    TypeError: a subscription has no option vreb; there are verb, kind, key, context, group, ...

    Raises:
        TypeError: there is no such option, or one has the wrong type.
        ValueError: an inbox without a group, or an impossible number.
        UnknownVerbError: the verb is none of the fourteen, and not ``Verb.other``.
    """
    if unknown := sorted(set(options) - set(SubscribeOptions.__annotations__)):
        known = ", ".join(SubscribeOptions.__annotations__)
        raise TypeError(f"a subscription has no option {', '.join(unknown)}; there are {known}")
    if (verb := options.get("verb")) is not None:
        check_verb(verb)
    inbox = options.get("inbox")
    if not isinstance(inbox, Inbox | str | os.PathLike | None):
        raise TypeError(f"inbox is a file or an Inbox, not {inbox!r}")
    if inbox is not None and not options.get("group"):
        raise ValueError("an inbox needs a group: the name under which it remembers")
    for option in ("credit", "max_attempts"):
        value = options.get(option, 1)
        if type(value) is not int:
            raise TypeError(f"{option} is a number of messages, not {value!r}")
        if value < 1:
            raise ValueError(f"{option} is at least 1, not {value}")


def pattern_of_options(noun: type[Any] | str | None, options: SubscribeOptions, context: str | None) -> Pattern:
    """Return what a subscription with these options receives; ``context`` is the bus's."""
    return pattern_of(
        noun,
        verb=options.get("verb"),
        kind=options.get("kind", Kind.events),
        key=options.get("key"),
        context=options.get("context") or context,
    )


def subscription_of(
    transport: Transport, pattern: Pattern, reader: MessageReader, options: SubscribeOptions
) -> Subscription[Any]:
    """Return a subscription with these options, checked before."""
    inbox = options.get("inbox")
    spec = SubscriptionSpec(
        patterns=(pattern,),
        group=options.get("group", ""),
        durable=options.get("durable", False),
        credit=options.get("credit", 256),
        retained=options.get("retained", False),
    )
    return Subscription(
        transport,
        spec,
        reader,
        max_attempts=options.get("max_attempts", 5),
        inbox=inbox if inbox is None or isinstance(inbox, Inbox) else Inbox(inbox),
    )
