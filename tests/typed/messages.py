"""What type checkers infer, and refuse, of messages. Checked by mypy and pyright, strictly; it is never run.

Each mistake carries an ignore comment: a checker that no longer sees the mistake reports the comment as unused.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar, assert_type

from cimbus import Message, XmlElement, decode
from cimbus.interface.envelope import OperationSet
from cimbus.interface.message import AnyPayload
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings

P = TypeVar("P", bound=AnyPayload)


def made(payload: P, anything: Any) -> Message[P]:
    assert_type(Message.of(EndDeviceEvents(), source="HES"), Message[EndDeviceEvents])
    assert_type(Message.of(XmlElement("Widget", "urn:x")), Message[XmlElement])
    assert_type(Message.of(OperationSet(), verb="execute"), Message[OperationSet])
    assert_type(Message.of(None, noun="EndDeviceControls", verb="delete"), Message[None])
    assert_type(Message.of(anything), Message[Any])
    assert_type(Message[Any].of(GetMeterReadings()), Message[GetMeterReadings])
    assert_type(Message.of(EndDeviceEvents()).replace(verb="changed"), Message[EndDeviceEvents])
    return Message.of(payload)


def refused(message: Message[GetMeterReadings]) -> None:
    Message.of("text")  # type: ignore[type-var]
    Message.of({"a": 1})  # type: ignore[type-var]
    Message.of(EndDeviceEvents(), sorce="HES")  # type: ignore[call-arg]
    Message.of(EndDeviceEvents(), ack_required="yes")  # type: ignore[arg-type]
    Message.of(EndDeviceEvents(), timestamp="now")  # type: ignore[arg-type]
    message.replace(sorce="HES")  # type: ignore[call-arg]
    message.reply("text")  # type: ignore[arg-type]
    message.reply(MeterReadings(), verb="created")  # type: ignore[call-arg]
    message.fault(sorce="HES")  # type: ignore[call-arg]
    message.caused(MeterReadings(), timestmp=None)  # type: ignore[call-arg]
    message.payload.nonsense  # type: ignore[attr-defined]  # noqa: B018
    message.reply(MeterReadings(), timestamp=datetime.now(UTC), compress=True)
    assert_type(decode(b"").payload, Any)
