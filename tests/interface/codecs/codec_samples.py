"""Messages that several test modules look at: one per dialect of the envelope, all written for these tests."""

from __future__ import annotations

from typing import NamedTuple

MESSAGE = "http://iec.ch/TC57/2011/schema/message"
EVENTS = "http://iec.ch/TC57/2011/EndDeviceEvents#"
READINGS = "http://iec.ch/TC57/2011/MeterReadings#"
CODE = "3.26.9.185"

EVENT = (
    "<EndDeviceEvent><mRID>{mrid}</mRID><createdDateTime>2026-03-01T12:00:00Z</createdDateTime>"
    f'<Assets><mRID>meter-1</mRID></Assets><EndDeviceEventType ref="{CODE}"/></EndDeviceEvent>'
)


def events(*mrids: str, ns: str = EVENTS) -> str:
    """Return an EndDeviceEvents payload with one event per mRID."""
    inner = "".join(EVENT.format(mrid=mrid) for mrid in mrids or ("e1",))
    return f'<EndDeviceEvents xmlns="{ns}">{inner}</EndDeviceEvents>'


def header(verb: str = "created", noun: str = "EndDeviceEvents", extra: str = "") -> str:
    """Return a Header in the default namespace."""
    return (
        f"<Header><Verb>{verb}</Verb><Noun>{noun}</Noun><Timestamp>2026-03-01T12:00:01Z</Timestamp>"
        f"<Source>HES</Source><MessageID>m-1</MessageID>{extra}</Header>"
    )


def message(
    payload: str | None = None,
    *,
    root: str = "EventMessage",
    ns: str = MESSAGE,
    head: str | None = None,
    middle: str = "",
) -> str:
    """Return an envelope, by default a plain Edition 1 event."""
    area = f"<Payload>{events() if payload is None else payload}</Payload>" if payload != "" else ""
    return f'<{root} xmlns="{ns}">{header() if head is None else head}{middle}{area}</{root}>'


def soap(body: str, version: str = "http://schemas.xmlsoap.org/soap/envelope/") -> str:
    """Return a SOAP envelope around a document."""
    return (
        f'<s:Envelope xmlns:s="{version}"><s:Header><w:Security xmlns:w="urn:w"/></s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )


class Dialect(NamedTuple):
    """A document whose payload is the one event ``e1``, and a word of the note that decoding it gives (empty: none)."""

    document: str
    noted: str
    path: str = ""


def prefixed(ns: str = MESSAGE) -> str:
    """Return the plain message with prefixes everywhere."""
    return (
        f'<q1:EventMessage xmlns:q1="{ns}" xmlns:p="{EVENTS}"><q1:Header><q1:Verb>created</q1:Verb>'
        "<q1:Noun>EndDeviceEvents</q1:Noun><q1:MessageID>m-1</q1:MessageID></q1:Header><q1:Payload>"
        "<p:EndDeviceEvents><p:EndDeviceEvent><p:mRID>e1</p:mRID>"
        "<p:createdDateTime>2026-03-01T12:00:00Z</p:createdDateTime>"
        f'<p:EndDeviceEventType ref="{CODE}"/></p:EndDeviceEvent></p:EndDeviceEvents></q1:Payload></q1:EventMessage>'
    )


_ORACLE = (
    '<requestMessage xmlns="http://xmlns.oracle.com/ouaf/iec"><header><verb>CREATE</verb>'
    "<noun>EndDeviceEvents</noun><timeStamp>1970-01-01T00:00:00Z</timeStamp><messageID>m-1</messageID>"
    f"<correlationID>c-1</correlationID></header><payLoad>{events()}</payLoad></requestMessage>"
)

DIALECTS: dict[str, Dialect] = {
    "A Edition 1": Dialect(message(), ""),
    "A prefixes": Dialect(prefixed(), ""),
    "B header extension": Dialect(message(head=header(extra='<x:Trace xmlns:x="urn:x">7</x:Trace>')), ""),
    "C vendor element in the IEC namespace": Dialect(
        message(middle="<timesliceOperation>delta</timesliceOperation>"),
        "not an area",
        "EventMessage/timesliceOperation",
    ),
    "C vendor element in the header": Dialect(
        message(head=header(extra="<TenantID>9</TenantID>")),
        "not part of the standard",
        "EventMessage/Header/TenantID",
    ),
    "D ids and times": Dialect(message(head=header(extra="<CorrelationID>c-1</CorrelationID>")), ""),
    "E verb modify": Dialect(message(head=header("modify")), "not one of the standard's", "EventMessage/Header/Verb"),
    "F Edition 2": Dialect(message(ns="http://iec.ch/TC57/2021/schema/message"), "Edition 2", "EventMessage"),
    "H 2008 draft": Dialect(
        message(ns="http://www.iec.ch/TC57/2008/schema/message", head=header("CREATED")), "2008", "EventMessage"
    ),
    "I 2010 draft": Dialect(message(ns="http://www.iec.ch/TC57/2010/schema/message"), "2010", "EventMessage"),
    "J www host": Dialect(message(ns="http://www.iec.ch/TC57/2011/schema/message"), "namespace", "EventMessage"),
    "J www host with prefixes": Dialect(
        prefixed("http://www.iec.ch/TC57/2011/schema/message"), "namespace", "EventMessage"
    ),
    "L lower-camel clone": Dialect(_ORACLE, "namespace", "requestMessage"),
    "M wrapper": Dialect(
        f'<a:Request xmlns:a="urn:a"><a:message><b/>{message()}</a:message></a:Request>',
        "not the root",
        "Request/message/EventMessage",
    ),
    "M SOAP 1.1": Dialect(soap(message()), ""),
    "M SOAP 1.2": Dialect(soap(message(), "http://www.w3.org/2003/05/soap-envelope"), ""),
    "P payload of 2009": Dialect(
        message(events(ns="http://iec.ch/TC57/2009/EndDeviceEvents#")), "2009", "EventMessage/Payload/EndDeviceEvents"
    ),
    "P payload of a project": Dialect(
        message(events(ns="http://www.encourage-project.eu/EndDeviceEvents#")),
        "encourage",
        "EventMessage/Payload/EndDeviceEvents",
    ),
    "no namespace at all": Dialect(message(events(ns=""), ns=""), "namespace", "EventMessage"),
    "synonym updated": Dialect(
        message(head=header("updated")), "verb 'updated' read as 'changed'", "EventMessage/Header/Verb"
    ),
    "synonym cancelled": Dialect(
        message(head=header("cancelled")), "verb 'cancelled' read as 'canceled'", "EventMessage/Header/Verb"
    ),
    "verb in another case": Dialect(message(head=header(" Created ")), "read as 'created'", "EventMessage/Header/Verb"),
    "verb of the present": Dialect(message(head=header("create")), ""),
    "per-noun event": Dialect(
        '<m:CreatedEndDeviceEvents xmlns:m="http://iec.ch/TC57/2011/EndDeviceEventsMessage">'
        f'<m:Header xmlns="{MESSAGE}">'
        "<Verb>created</Verb><Noun>EndDeviceEvents</Noun><MessageID>m-1</MessageID></m:Header>"
        f"<m:Payload>{events()}</m:Payload></m:CreatedEndDeviceEvents>",
        "",
    ),
}
