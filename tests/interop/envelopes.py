"""Messages as a Java application writes them: whole documents as text, by hand, in the envelope of Edition 1.

Rule: nothing here is made by cimbus, so that what it reads was never its own; text that is not ASCII is in all of them.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Final

NAMESPACE: Final = "http://iec.ch/TC57/2011/schema/message"
REASON: Final = "Straße · 停電 <&>"
TYPE: Final = "3.26.0.85"
"""Of an event: a meter reports that its power is off."""
READING: Final = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"

EVENT: Final = """<?xml version="1.0" encoding="UTF-8"?>
<m:EventMessage xmlns:m="http://iec.ch/TC57/2011/schema/message">
  <m:Header>
    <m:Verb>created</m:Verb><m:Noun>EndDeviceEvents</m:Noun><m:Revision>2.0</m:Revision>{context}
    <m:Timestamp>2026-11-24T14:00:00.250+01:00</m:Timestamp><m:Source>HES-Java</m:Source>
    <m:MessageID>{number}</m:MessageID><m:CorrelationID>work-7</m:CorrelationID>
  </m:Header>
  <m:Payload>
    <e:EndDeviceEvents xmlns:e="http://iec.ch/TC57/2011/EndDeviceEvents#">
      <e:EndDeviceEvent>
        <e:mRID>{number}</e:mRID>
        <e:createdDateTime>2026-11-24T13:59:58Z</e:createdDateTime>
        <e:reason>Straße · 停電 &lt;&amp;&gt;</e:reason>
        <e:Assets><e:mRID>m-1</e:mRID></e:Assets>
        <e:EndDeviceEventType ref="3.26.0.85"/>
      </e:EndDeviceEvent>
    </e:EndDeviceEvents>
  </m:Payload>
</m:EventMessage>
"""

REQUEST: Final = """<?xml version="1.0"?>
<RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>get</Verb><Noun>MeterReadings</Noun><Context>{context}</Context><Source>CIS-Java</Source>
    <AckRequired>true</AckRequired><MessageID>{number}</MessageID><CorrelationID>{number}</CorrelationID></Header>
  <Request>
    <GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#">
      <EndDevice><mRID>m-1</mRID></EndDevice>
    </GetMeterReadings>
  </Request>
</RequestMessage>
"""

REPLY: Final = """<?xml version="1.0"?>
<ResponseMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>reply</Verb><Noun>MeterReadings</Noun><Context>{context}</Context><Source>MDM-Java</Source>
    <CorrelationID>{correlation}</CorrelationID><Comment>Straße · 停電</Comment></Header>
  <Reply><Result>{result}</Result><Error><code>{code}</code></Error></Reply>
  <Payload>
    <MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">
      <MeterReading>
        <Meter><mRID>m-1</mRID></Meter>
        <Readings><value>1234.50</value><ReadingType ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/></Readings>
      </MeterReading>
    </MeterReadings>
  </Payload>
</ResponseMessage>
"""


def event(context: str | None, number: str) -> str:
    """Return an event with that MessageID, about the meter m-1; its own mRID is the same."""
    return EVENT.format(context=f"<m:Context>{context}</m:Context>" if context else "", number=number)


def request(context: str, number: str) -> str:
    """Return a request for the readings of m-1."""
    return REQUEST.format(context=context, number=number)


def reply(context: str, correlation: str, *, result: str = "OK", code: str = "0.0") -> str:
    """Return a reply with a reading of m-1."""
    return REPLY.format(context=context, correlation=correlation, result=result, code=code)


def header(document: str) -> dict[str, str]:
    """Return the header of a message as a program reads it that knows XML and nothing else."""
    found = ET.fromstring(document).find(f"{{{NAMESPACE}}}Header")
    assert found is not None, document
    return {child.tag.partition("}")[2]: child.text or "" for child in found}


def first(document: str, name: str) -> str | None:
    """Return the text of the first element of that name, in whatever namespace."""
    return ET.fromstring(document).findtext(f".//{{*}}{name}")
