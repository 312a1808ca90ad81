"""What is public of Edition 2 is read, and written back; nothing of it is invented."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import XmlElement, nouns
from cimbus.interface.envelope import EDITION_2
from interface.codecs.codec_samples import CODE, EVENTS

XSI = "http://www.w3.org/2001/XMLSchema-instance"
HEADER = "<Header><Verb>created</Verb><Noun>EndDeviceEvents</Noun></Header>"
EVENT = f"<e:EndDeviceEvent><e:mRID>a</e:mRID><e:EndDeviceEventType ref='{CODE}'/></e:EndDeviceEvent>"
ABSTRACT = f'<AbstractPayload xmlns:xsi="{XSI}" xmlns:e="{EVENTS}" xsi:type="e:{{}}">{EVENT}</AbstractPayload>'
TRANSACTION = "<Transaction><ID>t-1</ID></Transaction>"


def envelope(inside: str, beside: str = "") -> str:
    return f'<EventMessage xmlns="{EDITION_2}">{HEADER}{beside}<Payload>{inside}</Payload></EventMessage>'


def both_ways(read: cimbus.Message) -> None:
    assert cimbus.decode(cimbus.encode(read)) == read
    assert cimbus.decode(cimbus.encode(read, "json")) == read


@pytest.mark.parametrize("kind", ["EndDeviceEvents", "EndDeviceEventsType", " EndDeviceEvents"])
def test_an_abstract_payload_is_the_noun_that_its_type_is(kind):
    document = envelope(ABSTRACT.format(kind).replace("e: ", " e:") * 2)

    read = cimbus.decode(document)
    assert [type(each) for each in read.payloads] == [nouns.EndDeviceEvents] * 2
    assert read.payload.EndDeviceEvent[0].EndDeviceEventType.ref == CODE
    assert sum("read as that noun" in note.text for note in read.notes) == 2
    both_ways(read)
    assert cimbus.decode(cimbus.encode(read, dialect="edition-2")) == read


@pytest.mark.parametrize(
    "payload",
    [
        ABSTRACT.format("Rosters"),
        ABSTRACT.format("EndDeviceEvents").replace("e:EndDeviceEvent>", "e:Row>"),
        "<AbstractPayload><a/></AbstractPayload>",
        ABSTRACT.format("EndDeviceEvents").replace('"e:', '"q:').replace(EVENT, "<x/>"),
    ],
)
def test_one_whose_type_is_not_known_is_kept_as_it_is(payload):
    read = cimbus.decode(envelope(payload))

    assert isinstance(read.payload, XmlElement)
    assert read.payload.name == "AbstractPayload"
    both_ways(read)


@pytest.mark.parametrize(
    ("inside", "beside"),
    [(TRANSACTION + "{}", ""), ("{}" + TRANSACTION, ""), ("{}", TRANSACTION), (TRANSACTION, "")],
)
def test_a_transaction_is_no_noun(inside, beside):
    noun = f'<EndDeviceEvents xmlns="{EVENTS}"/>'
    document = envelope(inside.format(noun), beside)

    read = cimbus.decode(document)
    assert read.payloads == ((nouns.EndDeviceEvents(),) if "{}" in inside else ())
    assert read.transaction is not None
    assert read.transaction.children[0].text == "t-1"
    both_ways(read)
    written = cimbus.encode(read, dialect="edition-2").decode()
    if "{}" in inside:
        before = inside.startswith("<T") or bool(beside)
        assert (written.index("<Transaction") < written.index("<EndDeviceEvents ")) is before


def test_a_noun_may_be_called_transaction():
    read = cimbus.decode(envelope('<Transaction xmlns="urn:x"><a>1</a></Transaction>' + TRANSACTION))

    assert read.payload.namespace == "urn:x"
    assert read.transaction.namespace == EDITION_2
    both_ways(read)
    assert cimbus.Message.of(nouns.EndDeviceEvents()).transaction is None


@pytest.mark.parametrize("name", ["CompressedPayload", "Compressed"])
def test_a_compressed_payload_with_elements_is_kept_as_it_is(name):
    read = cimbus.decode(envelope(f"<{name}><Format>XML</Format><Data>eA==</Data></{name}>"))

    assert read.payload is None
    assert read.payload_area.unopened is None
    assert [each.text for each in read.payload_area.extensions.elements[0].element.children] == ["XML", "eA=="]
    both_ways(read)
