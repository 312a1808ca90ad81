"""Documents at the limits of libxml2 and of ours, which no mutant reaches: the walker's word counts."""

from __future__ import annotations

import pytest

import cimbus
from cimbus.testing.codec_fuzz import compare

from .codecs import codec, needs_native

HEADER = b"<Header><Verb>created</Verb><Noun>Outage</Noun></Header>"
ENVELOPE = (
    b'<EventMessage xmlns="http://iec.ch/TC57/2011/schema/message">' + HEADER + b"<Payload>%s</Payload></EventMessage>"
)
EVENT = (
    b'<EndDeviceEvents xmlns="http://iec.ch/TC57/2011/EndDeviceEvents#"><EndDeviceEvent><createdDateTime>'
    b'2026-03-01T00:00:00Z</createdDateTime><severity>high</severity><EndDeviceEventType ref="3.26.0.47"/>'
    b"</EndDeviceEvent></EndDeviceEvents>"
)
PLAIN = ENVELOPE % EVENT
BIG = b"x" * 11_000_000
"""More than the 10 000 000 octets that libxml2 allows a text, a comment or an attribute."""
SPACE = b" " * len(BIG)


def nested(levels: int) -> bytes:
    return ENVELOPE % (b'<Outage xmlns="urn:x">' + b"<a>" * levels + b"</a>" * levels + b"</Outage>")


def outage(attributes: bytes = b"", content: bytes = b"") -> bytes:
    return ENVELOPE % (b'<Outage xmlns="urn:x" ' + attributes + b">" + content + b"</Outage>")


CASES = {
    "attribute": PLAIN.replace(b'"3.26.0.47"', b'"' + BIG + b'"'),
    "attribute of an unknown element": outage(b'a="' + BIG + b'"'),
    "text": PLAIN.replace(b"high", BIG),
    "text of 2 MB": PLAIN.replace(b"high", BIG[:2_000_000]),
    "text of 1 MB": PLAIN.replace(b"high", BIG[:1_000_000]),
    "CDATA": PLAIN.replace(b"high", b"<![CDATA[" + BIG + b"]]>"),
    "many CDATA sections": PLAIN.replace(b"high", (b"<![CDATA[" + BIG[:500_000] + b"]]>") * 22),
    "comment": PLAIN.replace(b"<severity>", b"<!--" + BIG + b"--><severity>"),
    "three comments of 5 MB": PLAIN.replace(b"<severity>", (b"<!--" + BIG[:5_000_000] + b"-->") * 3 + b"<severity>"),
    "many short comments in a text": PLAIN.replace(b"high", b"a<!-- -->" * 200_000),
    "comment before the root": b"<!--" + BIG + b"-->" + PLAIN,
    "references": PLAIN.replace(b"high", b"&#x20AC;" * 100_000),
    "white space": PLAIN.replace(b"<severity>", SPACE + b"<severity>"),
    "white space in a start tag": PLAIN.replace(b"<severity>", b"<severity" + SPACE + b">"),
    "white space in an end tag": PLAIN.replace(b"</severity>", b"</severity" + SPACE + b">"),
    "white space behind the root": PLAIN + SPACE,
    "white space before the root": SPACE + PLAIN,
    "namespace": ENVELOPE % (b'<Outage xmlns="urn:' + BIG + b'"/>'),
    "namespace of 2 kB": ENVELOPE % (b'<Outage xmlns="urn:' + BIG[:2_000] + b'"/>'),
    "namespace of 1 001 octets": ENVELOPE % (b'<Outage xmlns="urn:' + BIG[:997] + b'"/>'),
    "namespace of 1 000 octets": ENVELOPE % (b'<Outage xmlns="urn:' + BIG[:996] + b'"/>'),
    "name": outage(content=b"<" + BIG[:60_000] + b"/>"),
    "name of 1 001 octets": outage(content=b"<" + BIG[:1_001] + b"/>"),
    "name of 1 000 octets": outage(content=b"<" + BIG[:1_000] + b"/>"),
    "name of an attribute": outage(BIG[:60_000] + b'="1"'),
    "2 000 attributes": outage(b" ".join(b'a%d="1"' % number for number in range(2_000))),
    "61 attributes": outage(b" ".join(b'a%d="1"' % number for number in range(60))),
    "70 prefixes": outage(b" ".join(b'xmlns:a%d="urn:a:%d"' % (number, number) for number in range(70))),
    "59 prefixes": outage(b" ".join(b'xmlns:a%d="urn:a:%d"' % (number, number) for number in range(57))),
    "90 levels": nested(90),
    "110 levels": nested(110),
    "260 levels": nested(260),
    "many names": outage(content=b"".join(b"<%s%06d/>" % (b"n" * 60, number) for number in range(100_000))),
    "600 000 nodes": PLAIN.replace(b"</EndDeviceEvent>", b"</EndDeviceEvent>" + EVENT[56:-18] * 85_000),
    "10 001 properties": PLAIN.replace(b"</Header>", b"<Property><Name>n</Name></Property>" * 10_001 + b"</Header>"),
    "10 000 properties": PLAIN.replace(b"</Header>", b"<Property><Name>n</Name></Property>" * 9_998 + b"</Header>"),
}
ACCEPTED = {
    "text of 1 MB", "many short comments in a text", "namespace of 1 000 octets", "name of 1 000 octets", "59 prefixes",
    "90 levels", "10 000 properties", "references", "many names",
}  # fmt: skip


@needs_native
@pytest.mark.parametrize("case", CASES)
def test_a_document_at_a_limit_is_read_as_the_walker_reads_it(case: str) -> None:
    for in_parts in (False, True):
        compared = compare(codec(in_parts=in_parts), CASES[case])

        assert compared.wrong == ""
        assert compared.accepted is (case in ACCEPTED)


@needs_native
def test_the_bounds_of_a_caller_count() -> None:
    assert codec().decode(PLAIN, cimbus.Limits(max_bytes=len(PLAIN))) is not None
    assert codec().decode(PLAIN, cimbus.Limits(max_bytes=len(PLAIN) - 1)) is None
