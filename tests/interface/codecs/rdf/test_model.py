"""Network models are read object by object, from wherever they come, in bounded memory."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from cimbus import DecodeError, Header, Limits, Message, UnsafeError, UsageError, XmlElement, decode, encode
from cimbus.codecs.rdf import Change, ModelHeader, ModelKind, RdfObject, model_payload, read_model
from cimbus.interface.envelope import Payload
from interface.codecs.rdf.documents import DIFFERENCE, FULL, HEADER, LINE, START, pieces

TESTS = Path(__file__).parents[3]
CIM = "http://iec.ch/TC57/CIM100#"


def objects(document: str, **more: Limits) -> list[RdfObject]:
    return list(read_model(document.encode(), **more))


def test_the_header_is_read_before_the_objects():
    with read_model(FULL.encode()) as model:
        header = model.header
        found = list(model)

    assert header.kind is ModelKind.full
    assert (header.id, header.mRID) == ("urn:uuid:33", "33")
    assert header.created == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert header.scenarioTime == datetime(2026, 3, 2, tzinfo=UTC)  # it has no zone
    assert (header.version, header.description, header.modelingAuthoritySet) == ("4", "winter", "http://tso.example/")
    assert (header.profiles, header.DependentOn, header.Supersedes) == (
        ("urn:p:eq", "urn:p:op"),
        ("urn:uuid:11",),
        ("urn:uuid:22",),
    )
    assert len(header.properties) == 9
    assert [(each.cls, each.mRID, each.defined, each.change) for each in found] == [
        ("ACLineSegment", "s1", True, Change.none),
        ("Line", "44", False, Change.none),
    ]


def test_an_object_says_its_properties_as_they_are_written():
    segment, _ = objects(FULL)

    assert segment.namespace == CIM
    assert segment.value("IdentifiedObject.name") == "North & South"
    assert segment.value("Conductor.length") == "5.250"
    assert segment.resources("Equipment.EquipmentContainer") == ("#_l1",)
    assert list(segment.statements())[2] == ("_s1", f"{CIM}Conductor.length", "5.250")


def test_the_objects_of_a_difference_say_in_which_part_they_stand():
    with read_model(DIFFERENCE.encode()) as model:
        assert (model.header.kind, model.header.id) == (ModelKind.difference, "urn:uuid:55")
        assert model.header.profiles == ("urn:p:eq", "urn:p:op")
        found = [(each.change, each.cls, each.mRID, each.value("Conductor.length")) for each in model]

        assert model.header.properties[-1].value == "last"  # it stands behind the parts

    assert found == [
        (Change.preconditions, "Description", "x", ""),
        (Change.reverse, "Description", "s1", "5.250"),
        (Change.forward, "Description", "s1", "5.300"),
        (Change.forward, "ACLineSegment", "s2", "5.250"),
    ]


@pytest.mark.parametrize(
    ("inside", "cls", "said"),
    [
        ('<rdf:Description rdf:about="#_a"><rdf:type rdf:resource="urn:x#Busbar"/></rdf:Description>', "Busbar", []),
        ('<cim:Line rdf:ID="_a" cim:IdentifiedObject.name="n"/>', "Line", [("IdentifiedObject.name", "n")]),
        ('<cim:Line rdf:ID="_a"><cim:a xml:lang="de"> x </cim:a></cim:Line>', "Line", [("a", " x ")]),
        ('<cim:Line rdf:nodeID="a"><cim:a rdf:parseType="Literal"><b>x</b>y</cim:a></cim:Line>', "Line", [("a", "xy")]),
    ],
)
def test_other_forms_of_rdf_are_read(inside, cls, said):
    (made,) = objects(f"{START}{inside}</rdf:RDF>")

    assert made.cls == cls
    assert made.mRID in ("a", ":a")
    assert [(each.name, each.value) for each in made.properties] == said


def test_a_compound_value_is_an_object_in_a_property():
    street = "<cim:StreetAddress><cim:StreetAddress.poBox>7</cim:StreetAddress.poBox></cim:StreetAddress>"
    plain = '<cim:b rdf:parseType="Resource"><cim:c>1</cim:c><cim:d>2</cim:d></cim:b>'
    (made,) = objects(f'{START}<cim:Location rdf:ID="_a"><cim:a>{street}</cim:a>{plain}</cim:Location></rdf:RDF>')

    first, second = made.properties
    assert [(each.cls, each.value("StreetAddress.poBox")) for each in first.content] == [("StreetAddress", "7")]
    assert [(each.cls, each.value("d")) for each in second.content] == [("", "2")]
    assert ("", f"{CIM}c", "1") in list(made.statements())


@pytest.mark.parametrize(
    "given",
    [
        lambda path: path,
        lambda path: str(path),
        lambda path: path.read_bytes(),
        lambda path: path.open("rb"),
        lambda path: gzip.compress(path.read_bytes()),
        lambda path: FULL.encode("utf-16"),
        lambda path: decode(encode(Message(Header(verb="created", noun="M"), payload=model_payload(FULL.encode())))),
        lambda path: decode(encode(Message.of(XmlElement("RDF", "urn:none"), verb="created")).replace(
            b'<ns0:RDF xmlns:ns0="urn:none"/>', FULL.encode()
        )),
    ],
)  # fmt: skip
def test_it_comes_from_files_octets_and_messages(tmp_path, given):
    path = tmp_path / "model.xml"
    path.write_text(FULL, encoding="utf-8")
    source = given(path)

    with read_model(source) as model:
        assert model.header.mRID == "33"
        assert [each.cls for each in model] == ["ACLineSegment", "Line"]
    if isinstance(source, io.IOBase):
        source.close()


def test_a_message_that_carries_none_is_refused():
    message = Message(Header(verb="created", noun="M"), payload=Payload(items=(XmlElement("Outage"),)))

    with pytest.raises(UsageError, match="carries no network model"):
        read_model(message)


def test_a_header_that_is_missing_or_late_is_unknown_until_it_is_met():
    model = read_model(f"{START}{LINE}{HEADER}</rdf:RDF>".encode())

    assert model.header == ModelHeader()
    assert [each.cls for each in model] == ["ACLineSegment"]
    assert model.header.kind is ModelKind.full


def test_an_empty_model_has_a_header_and_no_objects():
    model = read_model(f"{START}{HEADER}</rdf:RDF>".encode())

    assert model.header.mRID == "33"
    assert list(model) == []
    model.close()
    assert list(model) == []


@pytest.mark.parametrize(
    ("document", "error", "text"),
    [
        ("<a/>", DecodeError, "not rdf:RDF"),
        (f"{START}<cim:Line", DecodeError, "not well-formed"),
        (f"{START}<x:Line/></rdf:RDF>", DecodeError, "not well-formed"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", UnsafeError, "DOCTYPE"),
        (f"{START}{'<cim:a>' * 300}", UnsafeError, "max_depth"),
        (f"{START}<cim:Line>{'<cim:a/>' * 500}</cim:Line></rdf:RDF>", UnsafeError, "max_nodes"),
        (f"{START}<cim:Line><cim:a>{'x' * 200_000}</cim:a></cim:Line></rdf:RDF>", UnsafeError, "max_bytes"),
        (f"{START}<cim:{'a' * 2000}/></rdf:RDF>", UnsafeError, "name"),
    ],
)
def test_what_is_no_model_or_beyond_the_limits_is_refused(document, error, text):
    limits = Limits(max_nodes=400, max_bytes=100_000)

    with pytest.raises(error, match=text):
        objects(document, limits=limits)


def test_too_many_different_names_are_refused(monkeypatch):
    monkeypatch.setattr("cimbus.interface.codecs.rdf.parser._MOST_NAMES", 20)
    inside = "".join(f"<cim:Line{number}/>" for number in range(30))

    with pytest.raises(UnsafeError, match="different names"):
        objects(f"{START}{inside}</rdf:RDF>")


def test_what_came_before_the_error_is_there():
    model = read_model(f"{START}{LINE}<cim:Line".encode())
    assert next(model).mRID == "s1"

    with pytest.raises(DecodeError):
        next(model)


MEASURED = """
import resource, sys
from itertools import islice
from interface.codecs.rdf.documents import pieces
from cimbus.codecs.rdf import read_model

class Source:
    def __init__(self, count):
        self.pieces = pieces(count)
    def read(self, size):
        return b"".join(islice(self.pieces, 200))

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

assert sum(1 for _ in read_model(Source(1_000))) == 1_000
before = most()
assert sum(1 for _ in read_model(Source(int(sys.argv[1])))) == int(sys.argv[1])
print(most() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux")
def test_memory_does_not_grow_with_the_model():
    count = 20_000  # 5 MB

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(count)],
        capture_output=True,
        text=True,
        check=True,
        cwd="tests",
        timeout=60,
    )

    assert int(done.stdout) < 2_000  # kilobytes


class TestAwaited:
    """Pieces that are awaited."""

    pytestmark = pytest.mark.anyio

    @staticmethod
    async def sent(count: int) -> AsyncIterator[bytes]:
        for piece in pieces(count):
            await anyio.lowlevel.checkpoint()
            yield piece

    async def test_they_are_read_with_async_for(self):
        model = read_model(self.sent(700))

        assert (await model.read_header()).mRID == "33"
        assert [each.id async for each in model] == [f"_s{number}" for number in range(700)]

    async def test_a_file_is_read_in_a_thread(self):
        assert [each.cls async for each in read_model(FULL.encode())] == ["ACLineSegment", "Line"]

    async def test_for_and_the_header_say_what_to_do(self):
        model = read_model(self.sent(1))

        with pytest.raises(UsageError, match="async for"):
            next(model)
        with pytest.raises(UsageError, match="read_header"):
            _ = model.header

    async def test_an_error_of_the_pieces_is_raised(self):
        async def broken() -> AsyncIterator[bytes]:
            yield START.encode() + b" " * 2_000
            raise OSError("the link is down")

        with pytest.raises(OSError, match="the link is down"):
            _ = [each async for each in read_model(broken())]

    async def test_waiting_for_a_piece_can_be_cancelled(self):
        async def stuck() -> AsyncIterator[bytes]:
            yield START.encode() + b" " * 2_000
            await anyio.sleep_forever()

        with anyio.move_on_after(0.05) as scope:
            _ = [each async for each in read_model(stuck())]

        assert scope.cancelled_caught


@pytest.mark.anyio
async def test_what_came_before_damage_is_read_also_asynchronously():
    document = f"{START}{LINE * 5}<oops".encode()
    found: list[RdfObject] = []

    async def read() -> None:
        async for each in read_model(document):
            found.append(each)  # noqa: PERF401  # what was read before the error counts

    with pytest.raises(DecodeError):
        await read()

    assert len(found) == 5
