"""Every message of a batch, in all the forms that batches have."""

from __future__ import annotations

import gzip
import json

import pytest

import cimbus

from .codec_samples import MESSAGE, events, header, message, soap

ONE = message(events("a")).replace("m-1", "m-a")
TWO = message(events("b")).replace("m-1", "m-b")
TREES = [json.loads(cimbus.encode(cimbus.decode(each), "json")) for each in (ONE, TWO)]
FORMS = {
    "SOAP body": soap(ONE + TWO),
    "SOAP in a wrapper": soap(f"<w>{ONE}<x>{TWO}</x></w>"),
    "wrapper": f"<batch>{ONE}{TWO}</batch>",
    "wrapper with pages": f"<batch><page>{ONE}</page><page>{TWO}</page></batch>",
    "XML behind XML": ONE + TWO,
    "XML with declarations": f'<?xml version="1.0"?>\n{ONE}\n<?xml version="1.0"?>\n{TWO}\n',
    "XML with comments": f"<!-- > -->{ONE}<!-- <a> -->{TWO}<!-- end -->",
    "XML and CDATA": f"<a><![CDATA[</a>]]></a>{ONE}".replace("<a><![CDATA[</a>]]></a>", "") + f"<w a='>'>{TWO}</w>",
    "array": json.dumps(TREES),
    "JSON Lines": "\n".join(map(json.dumps, TREES)),
    "JSON Lines with a separator": "".join(f"\x1e{json.dumps(each)}\n" for each in TREES),
    "JSON behind JSON": "".join(map(json.dumps, TREES)),
    "object with an array": json.dumps({"messages": TREES}),
    "several under one name": json.dumps({"EventMessage": [each["EventMessage"] for each in TREES]}),
    "bare envelopes": json.dumps([each["EventMessage"] for each in TREES]),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("wrap", [str.encode, lambda text: gzip.compress(text.encode())])
def test_a_batch_gives_every_message(name, wrap):
    read = cimbus.decode_all(wrap(FORMS[name]))

    assert [each.header.message_id for each in read] == ["m-a", "m-b"]
    assert [each.payload.EndDeviceEvent[0].mRID for each in read] == ["a", "b"]


@pytest.mark.parametrize("name", FORMS)
def test_one_message_of_a_batch_is_never_read_without_a_word(name):
    try:
        read = cimbus.decode(FORMS[name])
    except cimbus.DecodeError as error:
        said = str(error)
    else:
        said = "\n".join(map(str, read.notes))
        assert read.header.message_id == "m-a"
    assert "decode_all" in said or "not read" in said
    with pytest.raises(cimbus.DecodeError):
        cimbus.decode(FORMS[name], strict=True)


def test_a_batch_of_one_and_a_fault_are_batches():
    fault = soap("<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>")

    assert [each.header.message_id for each in cimbus.decode_all(ONE)] == ["m-a"]
    assert cimbus.decode_all(fault)[0].errors[0].reason == "no"


@pytest.mark.parametrize("data", ["<a/>", "[]", "{}", '[{"a": 1}]', f"{ONE}<a>", f"{ONE}<a '>", "", " "])
def test_what_holds_no_message_or_a_broken_one_is_refused(data):
    with pytest.raises(cimbus.DecodeError):
        cimbus.decode_all(data)


def test_a_strict_batch_is_as_strict_as_each_message():
    wrong = ONE.replace("<Verb>created", "<Verb>CREATED")

    assert len(cimbus.decode_all(soap(ONE + TWO), strict=True)) == 2
    with pytest.raises(cimbus.StrictError):
        cimbus.decode_all(soap(TWO + wrong), strict=True)


def test_a_message_inside_a_payload_is_no_message_of_the_batch():
    carried = f'<EventMessage xmlns="{MESSAGE}">{header()}<Payload>{ONE}</Payload></EventMessage>'

    assert [each.header.message_id for each in cimbus.decode_all(f"<b>{carried}{TWO}</b>")] == ["m-1", "m-b"]


def test_the_limits_hold_for_all_of_it():
    with pytest.raises(cimbus.UnsafeError):
        cimbus.decode_all(FORMS["JSON Lines"], limits=cimbus.Limits(max_bytes=len(FORMS["JSON Lines"]) - 1))
