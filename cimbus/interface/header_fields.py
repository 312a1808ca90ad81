"""The fields of a message header as keyword arguments, for type checkers and for a clear error at run time.

``Message.of``, ``reply`` and their like take ``**header: Unpack[HeaderFields]``: a misspelt field or a wrong type is an
error of mypy and pyright, and a misspelt field is a ``TypeError`` at run time. A test holds that the fields and their
types are those of ``envelope.Header``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypedDict

from .envelope import AnyVerb, Property, ReplayDetection, User
from .model import DateTime, Extensions


class PublishFields(TypedDict, total=False):
    """The fields of ``envelope.Header`` that ``Bus.publish`` takes: ``properties`` are those of the broker there."""

    revision: str | None
    replay_detection: ReplayDetection | None
    context: str | None
    timestamp: DateTime | None
    source: str | None
    async_reply_flag: bool | None
    reply_address: str | None
    ack_required: bool | None
    user: User | None
    message_id: str | None
    correlation_id: str | None
    comment: str | None
    extensions: Extensions | None


class HeaderFields(PublishFields, total=False):
    """Every field of ``envelope.Header`` but the two that each message needs, ``verb`` and ``noun``.

    >>> from cimbus import Message
    >>> fields: HeaderFields = {"source": "HES", "ack_required": False}
    >>> Message.of(None, verb="delete", noun="EndDeviceControls", **fields).header.source
    'HES'
    """

    properties: tuple[Property, ...]


class AllHeaderFields(HeaderFields, total=False):
    """``HeaderFields`` with ``verb`` and ``noun``, for ``Message.replace``, which changes any of them.

    >>> from cimbus import Message
    >>> fields: AllHeaderFields = {"verb": "deleted"}
    >>> Message.of(None, verb="delete", noun="EndDeviceControls").replace(**fields).header.verb
    'deleted'
    """

    verb: str
    noun: str


NAMES: Final = frozenset(HeaderFields.__annotations__)
"""The names of ``HeaderFields``."""
ALL_NAMES: Final = NAMES | {"verb", "noun"}
"""The names of ``AllHeaderFields``."""


def check_names(given: Iterable[str], names: frozenset[str]) -> None:
    """Refuse names that are no header field.

    Raises:
        TypeError: it says which name, and which there are.

    >>> check_names({"sorce": "HES"}, NAMES)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    TypeError: there is no header field 'sorce'; there are ack_required, async_reply_flag, comment, ...
    """
    if not names.issuperset(given):
        said = ", ".join(map(repr, sorted(set(given) - names)))
        raise TypeError(f"there is no header field {said}; there are {', '.join(sorted(names))}")


class PublishOptions(PublishFields, total=False):
    """The options of ``Bus.publish`` and ``Bus.publish_many``.

    ``verb``: Header.Verb. ``key``: what the order is kept by; by default the mRID or name of the object that the
    payload is about. ``properties``: broker properties of the application's own, such as ``{"JMSPriority": "9"}``,
    beside those that mirror the header. ``expires``: after how long, or when, the message is of no use any more; it is
    then not handled. All others are header fields.
    """

    verb: AnyVerb | None
    key: str | None
    properties: Mapping[str, str] | None
    expires: timedelta | datetime | None
