"""An envelope to a message: its areas, faults, and what stands beside them."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import MessageType, ResultKind, nouns
from cimbus.interface.envelope import ID, Option
from interface.codecs.codec_samples import DIALECTS, MESSAGE, events, header, message, soap


def first(read: cimbus.Message) -> nouns.EndDeviceEvent:
    return read.payload.EndDeviceEvent[0]


def test_comments_and_instructions_may_stand_anywhere():
    document = message().replace("><", "><!-- <Header/> --><?pi x?><")

    read = cimbus.decode(f"<!-- before --><?style y?>{document}<!-- after -->", strict=True)
    assert first(read).mRID == "e1"
    assert read.header.verb == "created"


def test_a_comment_inside_a_value_does_not_cut_it():
    document = message().replace(">e1<", ">e<!-- x -->1<").replace(">created<", ">crea<!-- x -->ted<")

    read = cimbus.decode(document)
    assert (first(read).mRID, read.header.verb) == ("e1", "created")
    assert cimbus.decode_header(document).verb == "created"


def test_cdata_around_values_is_text():
    document = message().replace(">e1<", "><![CDATA[a<b>&]]><").replace(">HES<", "><![CDATA[HES]]><")

    read = cimbus.decode(document, strict=True)
    assert (first(read).mRID, read.header.source) == ("a<b>&", "HES")


REQUEST = (
    "<Request><StartTime>2026-03-01T00:00:00Z</StartTime><EndTime>2026-03-02T00:00:00+01:00</EndTime>"
    "<Option><name>limit</name><value>5</value></Option><Option><name>all</name></Option>"
    '<ID idType="mRID" idAuthority="DSO" kind="uuid" objectType="Meter">a-1</ID><ID>a-2</ID>{query}</Request>'
)


def test_a_request_area_has_times_options_and_ids_with_attributes():
    document = message("", root="RequestMessage", head=header("get"), middle=REQUEST.format(query=""))
    area = cimbus.decode(document, strict=True).request_area

    assert area.start_time.isoformat() == "2026-03-01T00:00:00+00:00"
    assert area.end_time.isoformat() == "2026-03-02T00:00:00+01:00"
    assert area.options == (Option(name="limit", value="5"), Option(name="all"))
    assert (area.option("limit"), area.option("none", "x")) == ("5", "x")
    assert area.ids == (
        ID(value="a-1", id_type="mRID", id_authority="DSO", kind="uuid", object_type="Meter"),
        ID(value="a-2"),
    )


def test_a_query_in_the_wildcard_is_the_payload():
    query = (
        '<GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#">'
        "<EndDevice><mRID>m</mRID></EndDevice></GetMeterReadings>"
    )
    head = header("get", "MeterReadings")
    document = message("", root="RequestMessage", head=head, middle=REQUEST.format(query=query))

    read = cimbus.decode(document, strict=True)
    assert read.payload == nouns.GetMeterReadings(EndDevice=[nouns.IdentifiedObject(mRID="m")])
    assert read.request_area.ids[1].value == "a-2"
    assert read.request_area.extensions is None
    assert cimbus.decode(cimbus.encode(read)) == read
    assert cimbus.decode(cimbus.encode(read, "json")) == read


def test_further_queries_stand_behind_the_first_wherever_they_stood():
    query = '<GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#"/>'
    area = f"<Request>{query}{query}<StartTime>2026-03-01T12:00:00Z</StartTime>{query}<v xmlns='urn:v'/></Request>"
    document = message("", root="RequestMessage", head=header("get", "MeterReadings"), middle=area)

    read = cimbus.decode(document)
    assert [each.after for each in read.request_area.extensions.elements] == ["", "", "StartTime"]
    for form in ("xml", "json"):
        again = cimbus.decode(cimbus.encode(read, form)).request_area
        assert sorted(each.element.name for each in again.extensions.elements) == [
            "GetMeterReadings",
            "GetMeterReadings",
            "v",
        ]
        assert again.start_time == read.request_area.start_time


def test_an_unknown_query_is_an_element():
    query = '<GetWidgets xmlns="urn:w"><n>1</n></GetWidgets>'
    document = message("", root="RequestMessage", head=header("get", "Widgets"), middle=f"<Request>{query}</Request>")

    read = cimbus.decode(document)
    assert (read.payload.name, read.payload.value("n"), read.request_area) == ("GetWidgets", "1", None)


def strictly(document: str | bytes) -> cimbus.StrictError:
    with pytest.raises(cimbus.StrictError) as caught:
        _ = cimbus.decode(document, strict=True).notes
    return caught.value


def test_vendor_elements_are_kept():
    read = cimbus.decode(DIALECTS["C vendor element in the IEC namespace"].document)

    (stray,) = read.extensions.elements
    assert (stray.element.name, stray.element.text) == ("timesliceOperation", "delta")


def test_header_extensions_of_another_namespace_are_kept():
    read = cimbus.decode(DIALECTS["B header extension"].document)

    (stray,) = read.header.extensions.elements
    assert (stray.element.name, stray.element.namespace, stray.element.text) == ("Trace", "urn:x", "7")


def test_a_reply_in_a_request_is_read_and_noted():
    document = message(root="RequestMessage", head=header("create"), middle="<Reply><Result>OK</Result></Reply>")

    read = cimbus.decode(document)
    assert read.result is ResultKind.OK
    assert strictly(document).path == "RequestMessage/Reply"


def test_a_missing_noun_is_taken_from_the_payload():
    document = message(head="<Header><Verb>created</Verb></Header>")

    read = cimbus.decode(document)
    assert read.header.noun == "EndDeviceEvents"
    assert strictly(document).path == "EventMessage/Header/Noun"


@pytest.mark.parametrize("version", ["http://schemas.xmlsoap.org/soap/envelope/"])
def test_a_soap_1_1_fault_is_a_fault_message(version):
    fault = "<s:Fault><faultcode>s:Server</faultcode><faultstring>no such thing</faultstring></s:Fault>"
    document = soap(fault, version)

    read = cimbus.decode(document)
    assert (read.message_type, read.result) == (MessageType.fault, ResultKind.FAILED)
    assert (read.errors[0].code, read.errors[0].reason) == ("s:Server", "no such thing")
    assert strictly(document).path == "Envelope/Body/Fault"


def test_a_soap_1_2_fault_is_a_fault_message():
    fault = (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>gone</s:Text></s:Reason></s:Fault>"
    )
    read = cimbus.decode(soap(fault, "http://www.w3.org/2003/05/soap-envelope"))

    assert (read.errors[0].code, read.errors[0].reason) == ("s:Receiver", "gone")


def test_a_fault_message_has_a_reply_alone():
    document = f'<FaultMessage xmlns="{MESSAGE}"><Reply><Result>FAILED</Result></Reply></FaultMessage>'

    read = cimbus.decode(document, strict=True)
    assert (read.message_type, read.header.verb, read.header.noun) == (MessageType.fault, "reply", "")


def test_a_bare_noun_says_what_is_missing():
    with pytest.raises(cimbus.DecodeError, match="bare EndDeviceEvents without an envelope"):
        cimbus.decode(events())


def test_areas_in_another_order_are_noted():
    document = f'<EventMessage xmlns="{MESSAGE}"><Payload>{events()}</Payload>{header()}</EventMessage>'

    assert cimbus.decode(document).payload.EndDeviceEvent[0].mRID == "e1"
    assert "not in the order" in str(strictly(document))


def test_a_missing_verb_is_refused_with_what_is_known():
    with pytest.raises(cimbus.DecodeError, match="no Verb") as caught:
        cimbus.decode(message(head="<Header><Noun>X</Noun><MessageID>7</MessageID></Header>"))

    assert caught.value.header.message_id == "7"
