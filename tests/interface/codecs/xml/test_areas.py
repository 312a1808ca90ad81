"""Which elements are areas: the three readers of a header see one message."""

from __future__ import annotations

import pytest
from lxml import etree

import cimbus
from cimbus import DecodeError
from cimbus.interface.codecs import rewrite_header
from cimbus.interface.codecs.xml.areas import children_uri, find_envelope, header_of, is_own, tolerated
from cimbus.interface.envelope import NAMESPACE
from interface.codecs.codec_samples import MESSAGE, header, message, soap

REAL = "<Header><Verb>created</Verb><Noun>A</Noun><MessageID>1</MessageID></Header>"
OTHER = REAL.replace("created", "deleted").replace("Header", "header")
SOAP_HEADER = (
    '<s:Header xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><Verb>deleted</Verb><Noun>B</Noun></s:Header>'
)

TWO_HEADERS = {
    "another case before": message("", head=OTHER + REAL),
    "another case behind": message("", head=REAL + OTHER),
    "an empty one before": message("", head="<header/>" + REAL),
    "one without a verb before": message("", head="<Header><MessageID>2</MessageID></Header>" + REAL),
    "two": message("", head=REAL + REAL.replace("created", "deleted")),
    "in the payload, before": f'<EventMessage xmlns="{MESSAGE}"><Payload><X>{OTHER}</X></Payload>{REAL}</EventMessage>',
    "in the payload, behind": message(f"<X>{OTHER}</X>", head=REAL),
    "in the header": message("", head=REAL.replace("<Verb>", f"<x>{OTHER}</x><Verb>")),
    "in a wrapper, behind": f"<W>{message('', head=REAL)}{OTHER}</W>",
    "in a wrapper, before": f"<W>{OTHER}{message('', head=REAL)}</W>",
    "SOAP's": soap(message("", head=REAL)).replace("<s:Header><w:Security", SOAP_HEADER + "<s:Header><w:Security"),
    "in a comment": message("", head=f"<!--{OTHER}-->{REAL}"),
    "in a section": message("", head=REAL, middle=f"<x><![CDATA[{OTHER}]]></x>"),
    "in an attribute": message("", head=REAL, ns=MESSAGE + '" a="&lt;Header>'),
    "a reply before": f'<ResponseMessage xmlns="{MESSAGE}"><Reply><Result>OK</Result></Reply>{REAL}</ResponseMessage>',
    "in a reply before": f"<W><ResponseMessage><Reply><Result>OK</Result></Reply>{OTHER}</ResponseMessage>{REAL}</W>",
}


@pytest.mark.parametrize("name", TWO_HEADERS)
def test_three_readers_see_one_header(name: str) -> None:
    data = TWO_HEADERS[name].encode()

    full = cimbus.decode(data).header
    assert cimbus.decode_header(data) == full
    new = cimbus.decode(rewrite_header(data, correlation_id="c", reply_address="topic:r")).header
    assert (new.verb, new.noun, new.correlation_id, new.reply_address) == (full.verb, full.noun, "c", "topic:r")


FOREIGN = {
    "before the real one": '<v:ReplyAddress xmlns:v="urn:v">evil</v:ReplyAddress><ReplyAddress>good</ReplyAddress>',
    "first of all": '<v:Verb xmlns:v="urn:v">evil</v:Verb>',
    "behind": '<ReplyAddress>good</ReplyAddress><v:ReplyAddress xmlns:v="urn:v">evil</v:ReplyAddress>',
}


@pytest.mark.parametrize("prefix", ["", "q:"])
@pytest.mark.parametrize("where", FOREIGN)
def test_a_vendors_element_is_not_the_headers(where: str, prefix: str) -> None:
    own = FOREIGN[where].replace("<Reply", f"<{prefix}Reply").replace("</Reply", f"</{prefix}Reply")
    head = f"<{prefix}Verb>created</{prefix}Verb><{prefix}Noun>A</{prefix}Noun>"
    head = own + head if where == "first of all" else head + own
    declared = f'xmlns:q="{MESSAGE}"' if prefix else f'xmlns="{MESSAGE}"'
    data = f"<{prefix}EventMessage {declared}><{prefix}Header>{head}</{prefix}Header></{prefix}EventMessage>".encode()

    full = cimbus.decode(data).header
    assert (full.verb, full.reply_address) == ("created", None if where == "first of all" else "good")
    assert cimbus.decode_header(data) == full
    assert cimbus.decode_header(rewrite_header(data, reply_address="new")).reply_address == "new"
    assert b"evil" in rewrite_header(data, reply_address="new")
    assert cimbus.decode(rewrite_header(data, reply_address=None)).header.reply_address is None


def test_an_area_that_stands_twice_is_noted_and_refused_when_strict() -> None:
    data = message("", head=REAL + REAL)

    assert [note.text for note in cimbus.decode(data).notes] == ["not an area of a message: kept as it is"]
    with pytest.raises(cimbus.StrictError):
        cimbus.decode(data, strict=True)


@pytest.mark.parametrize("content", ["<Format>XML</Format>", "<Compressed>x</Compressed>", "<OperationSet/>"])
def test_a_child_of_the_payload_that_stands_twice_is_noted_and_kept(content: str) -> None:
    data = message(content * 2)

    read = cimbus.decode(data)
    assert any("may stand only once" in note.text for note in read.notes)
    assert cimbus.decode(cimbus.encode(read)) == cimbus.decode(cimbus.encode(read, "json")) == read
    with pytest.raises(cimbus.StrictError):
        cimbus.decode(data, strict=True)


def test_a_reply_address_that_cannot_be_rewritten_is_refused() -> None:
    data = (
        b'{"Message":{"Header":{"Verb":"get","Noun":"X",'
        b'"#extensions":{"elements":[{"element":{"ReplyAddress":"evil"},"after":"Noun"}]}}}}'
    )

    assert cimbus.decode_header(data) == cimbus.decode(data).header
    try:
        new = rewrite_header(data, reply_address="good")
    except DecodeError:
        return
    assert cimbus.decode(new).header.reply_address == "good"


def test_rules() -> None:
    document = etree.fromstring(f"<w><Message><header/>{header()}</Message></w>")
    envelope = find_envelope(document)

    assert envelope is document[0]
    assert header_of(envelope) is envelope[1]
    assert header_of(etree.fromstring("<Message/>")) is None
    assert find_envelope(etree.fromstring("<Header><Verb/></Header>")) is None
    area = etree.fromstring('<h xmlns="urn:h"><v:a xmlns:v="urn:v"/><b/></h>')
    assert children_uri(area) == "urn:h"
    assert [is_own(child, area, "urn:h") for child in area] == [False, True]
    assert [tolerated(uri, "urn:x") for uri in ("", "urn:x", NAMESPACE, "urn:y")] == [True, True, True, False]
