"""Documents built to hurt: refused with a ``CimbusError``, or read, in bounded time; never another exception."""

from __future__ import annotations

import base64
import gzip
import zlib
from contextlib import suppress

import pytest
from codec_samples import MESSAGE, events, header, message

import cimbus
from cimbus import CimbusError, Limits, UnsafeError

GOOD = message(events("a", "b"))
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + GOOD.replace(">HES<", ">&b;<")
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + GOOD.replace(">HES<", ">&a;<")


def survive(data: bytes | str, limits: Limits = cimbus.DEFAULT_LIMITS) -> cimbus.Message | None:
    """Decode all there is; None where it was refused as it should be."""
    with suppress(CimbusError):
        cimbus.decode_header(data, limits=limits)
    try:
        read = cimbus.decode(data, limits=limits)
        _ = read.payload, read.notes
    except CimbusError:
        return None
    return read


def refused(data: bytes | str, limits: Limits = cimbus.DEFAULT_LIMITS) -> CimbusError:
    with pytest.raises(CimbusError) as caught:
        _ = cimbus.decode(data, limits=limits).payload
    return caught.value


# -- document type declarations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [LAUGHS, EXTERNAL], ids=["laughs", "external"])
@pytest.mark.parametrize(
    "hide",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32-be"),
        lambda text: f'<?xml version="1.0" encoding="latin-1"?>{text}'.encode(),
        lambda text: f"<!-- > <a> --><?p <a> ?>\n<!--> x -->{text}".encode(),
        lambda text: text,
        lambda text: "\n \t" + text.replace("<!DOCTYPE", "<!DOCTYPE"),
    ],
    ids=range(10),
)
def test_a_document_type_declaration_is_refused_wherever_it_hides(document, hide):
    data = hide(document)

    assert isinstance(refused(data), UnsafeError)
    with pytest.raises(UnsafeError):
        cimbus.decode_header(data)


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "cp500", "utf-16", "zlib", "rot13", "idna", "nonsense", "hex"])
def test_an_encoding_that_could_hide_something_is_refused(encoding):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    if encoding in ("utf-7", "cp037", "cp500"):
        body = LAUGHS.encode(encoding)
        assert isinstance(refused(declared + body), CimbusError)
        assert isinstance(refused(body), CimbusError)
    assert survive(declared + LAUGHS.encode()) is None


def test_an_entity_that_nobody_declared_is_refused():
    assert "well-formed" in str(refused(GOOD.replace(">HES<", ">&b;<")))


def test_a_doctype_later_in_the_document_is_refused():
    refused(GOOD + LAUGHS)
    refused(message(LAUGHS))


def test_a_doctype_inside_an_escaped_or_compressed_payload_is_refused():
    packed = base64.b64encode(gzip.compress(LAUGHS.encode())).decode()
    for payload in (f"<![CDATA[{LAUGHS}]]>", f"<Compressed>{packed}</Compressed>"):
        read = cimbus.decode(message(payload))
        assert read.header.verb == "created"
        with pytest.raises(UnsafeError):
            _ = read.payload


# -- size and depth ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [240, 300, 5_000, 100_000])
def test_deep_xml_is_refused_or_read(depth):
    deep = "<a>" * depth + "</a>" * depth

    read = survive(message(f'<X xmlns="u">{deep}</X>'))
    assert (read is not None) == (depth == 240)
    survive(deep)
    survive(f"<Envelope>{deep}</Envelope>")


def test_a_raised_depth_limit_still_ends_in_our_own_error():
    depth = 1_500
    document = message(f'<X xmlns="u">{"<a>" * depth}{"</a>" * depth}</X>')

    read = cimbus.decode(document, limits=Limits(max_depth=10_000))
    with pytest.raises(cimbus.DecodeError, match="deep"):
        _ = read.payload


def test_a_message_too_deep_to_be_written_is_an_encode_error():
    element = cimbus.Element("a", "u")
    for _ in range(3_000):
        element = cimbus.Element("a", "u", children=[element])

    for form in ("xml", "json"):
        with pytest.raises(cimbus.EncodeError):
            cimbus.encode(cimbus.Message.of(element), form)


@pytest.mark.parametrize("text", ["[", '{"a":', '{"Header":{"a":', '{"EventMessage":{"Payload":[{"x":', "[[],"])
@pytest.mark.parametrize("depth", [200, 20_000])
def test_deep_json_is_refused(text, depth):
    assert survive(text * depth) is None
    with pytest.raises(CimbusError):
        cimbus.decode_header(text * depth)


def test_deep_json_that_is_complete_is_refused_or_read():
    for depth in (100, 400, 3_000):
        deep = '{"a":' * depth + "1" + "}" * depth
        survive(f'{{"EventMessage":{{"Header":{{"Verb":"created","Noun":"X"}},"Payload":{{"X":{deep}}}}}}}')


def test_limits_are_kept():
    assert isinstance(refused(GOOD, Limits(max_bytes=100)), UnsafeError)
    assert isinstance(refused(GOOD, Limits(max_nodes=10)), UnsafeError)
    assert isinstance(refused(GOOD, Limits(max_depth=3)), UnsafeError)
    json = cimbus.encode(cimbus.decode(GOOD), "json")
    assert isinstance(refused(json, Limits(max_bytes=100)), UnsafeError)
    assert isinstance(refused(json, Limits(max_nodes=5)), UnsafeError)


def test_a_gzip_bomb_is_refused_without_being_inflated():
    squeezed = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = squeezed.compress(bytes(20_000_000)) + squeezed.flush()
    read = cimbus.decode(
        message(f"<Compressed>{base64.b64encode(data).decode()}</Compressed>"), limits=Limits(max_inflated=1_000_000)
    )

    with pytest.raises(UnsafeError, match="inflates"):
        _ = read.payload


def test_many_attributes_elements_and_notes_are_bounded():
    many = " ".join(f'a{i}="1"' for i in range(20_000))
    read = survive(message(f'<EndDeviceEvents xmlns="http://iec.ch/TC57/2011/EndDeviceEvents#" {many}/>'))
    assert read is None or len(read.notes) <= 1_000
    read = survive(
        message(
            f'<EndDeviceEvents xmlns="http://iec.ch/TC57/2011/EndDeviceEvents#">{"<q/>" * 20_000}</EndDeviceEvents>'
        )
    )
    assert read is not None
    assert 0 < len(read.notes) <= 1_000


def test_many_prefixes_in_one_scope_are_refused_before_they_cost_anything():
    declared = " ".join(f'xmlns:p{i}="u:{i}"' for i in range(2_000))
    read = cimbus.decode(message(f'<X xmlns="u" {declared}>{"<a/>" * 50_000}</X>'))

    with pytest.raises(UnsafeError, match="prefixes"):
        _ = read.payload


def test_a_huge_text_is_refused_or_read():
    survive(GOOD.replace(">a<", f">{'x' * 11_000_000}<"))
    survive(GOOD.replace(">HES<", f">{'x' * 2_000_000}<"))
    survive(f'{{"EventMessage":{{"Header":{{"Verb":"created","Noun":"{"x" * 2_000_000}"}}}}}}')


# -- broken documents -------------------------------------------------------------------------------------------------


def test_a_cut_message_is_refused_wherever_it_was_cut():
    for data in (GOOD.encode(), GOOD.encode("utf-16"), cimbus.encode(cimbus.decode(GOOD), "json")):
        for end in range(0, len(data) - 1, 50):
            assert survive(data[:end]) is None, data[:end]


BROKEN = {
    "empty": b"",
    "spaces": b" \r\n\t ",
    "only a mark": b"\xef\xbb\xbf",
    "only a declaration": b'<?xml version="1.0"?>',
    "an open comment": b"<!-- " * 1_000,
    "an open instruction": b"<?x " * 1_000,
    "noise": bytes(range(256)) * 4,
    "zeros": bytes(1_000),
    "UTF-16 of odd length": GOOD.encode("utf-16")[:-1],
    "half a surrogate": b"\xff\xfe<\0\x00\xd8>\0",
    "invalid UTF-8": GOOD.replace(">HES<", ">\xe9<").encode("latin-1"),
    "NUL": GOOD.encode().replace(b"HES", b"H\0S"),
    "a control character": GOOD.encode().replace(b"HES", b"H\x01S"),
    "a control character by number": GOOD.encode().replace(b"HES", b"&#1;"),
    "an undeclared prefix": GOOD.encode().replace(b"Source>", b"q:Source>"),
    "two roots": (GOOD + GOOD).encode(),
    "HTML": b"<html><body><p>502 Bad Gateway<br></body></html>",
    "another root": b"<a/>",
    "an unclosed tag": b"<EventMessage",
    "plain words": b"hello",
    "a JSON text": b'"hello"',
    "a JSON number": b"17",
    "an empty object": b"{}",
    "an empty list": b"[]",
    "a list of lists": b"[[[1]]]",
    "an empty header": b'{"EventMessage":{"Header":{}}}',
    "a header of the wrong type": b'{"EventMessage":{"Header":["Verb","Noun"]}}',
    "verbs of the wrong type": b'{"EventMessage":{"Header":{"Verb":null,"Noun":"X"}}}',
    "NaN": b'{"EventMessage":{"Header":{"Verb":"created","Noun":NaN}}}',
    "invalid UTF-8 in JSON": b'{"EventMessage":{"Header":{"Verb":"created","Noun":"\xff"}}}',
    "a lone surrogate in JSON": b'{"EventMessage":{"Header":{"Verb":"created","Noun":"\\ud800"}}}',
    "a huge number for a verb": b'{"EventMessage":{"Header":{"Verb":' + b"1" * 6_000 + b',"Noun":"X"}}}',
    "a trailing comma": b'{"EventMessage":{"Header":{"Verb":"created","Noun":"X"},}}',
}
LATE = {"two roots", "a trailing comma", "UTF-16 of odd length", "an undeclared prefix"}
"""Broken after the header, or in what takes a whole parser to see: ``decode_header`` may not look at it."""


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_message_is_refused(name):
    refused(BROKEN[name])
    if name not in LATE:
        with pytest.raises(CimbusError):
            cimbus.decode_header(BROKEN[name])


def test_text_with_lone_surrogates_is_refused():
    refused(GOOD.replace(">a<", ">\ud800<"))
    survive('{"EventMessage":{"Header":{"Verb":"created","Noun":"\ud800"}}}')


def test_an_instruction_that_looks_like_a_header_is_none():
    fake = "<Header><Verb>deleted</Verb><Noun>Fake</Noun></Header>"

    for before in (f"<?x {fake}?>", f"<!-- {fake} -->", f"<?xml version='1.0'?><?x {fake}?>", f"<?x <?xml {fake}?>"):
        assert cimbus.decode_header(before + GOOD).noun == "EndDeviceEvents"


def test_many_empty_envelopes_are_looked_through_in_linear_time():
    survive("<a>" + "<Header/><Reply/><b><Header><q/></Header></b>" * 20_000 + "</a>")
    survive(f'<E xmlns="{MESSAGE}">{header()}{"<Reply><Result>OK</Result></Reply>" * 5_000}</E>')
