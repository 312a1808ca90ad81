"""Elements that are exactly as their class says: read the shorter way, to what the general walker reads."""

from __future__ import annotations

import pytest
from fuzz.run import made

import cimbus
from cimbus.interface.codecs.native.front import NATIVE
from cimbus.interface.codecs.xml import walker as walkers
from cimbus.interface.model import per_class
from interface.codecs.codec_samples import READINGS, header, message

TYPE = '<ReadingType ref="0.0"/>'
DOCUMENTS = 300
"""Documents of the fuzzer that are read both ways: about two seconds."""
ODD = {
    "a child twice": f"<value>1</value><value>2</value>{TYPE}",
    "another order": f"{TYPE}<value>1</value>",
    "an attribute of a leaf": f'<value unit="kWh">1</value>{TYPE}',
    "a child of a leaf": f"<value>1<b/></value>{TYPE}",
    "a mandatory child is missing": "<value>1</value>",
    "an unknown child": f"<value>1</value>{TYPE}<more/>",
    "a text outside the lexical space": f"<value>1,5</value>{TYPE}",
    "another spelling": f"<value>+1</value>{TYPE}",
    "text behind a leaf": f"<value>1</value>x{TYPE}",
    "text behind an object": f"<value>1</value>{TYPE}<timePeriod/>x",
    "text behind a reference": f"<value>1</value>{TYPE}x",
    "text before the first child": f"x<value>1</value>{TYPE}",
    "two attributes of a reference": '<value>1</value><ReadingType ref="0.0" id="1"/>',
    "another attribute of a reference": '<value>1</value><ReadingType id="1"/>',
    "a text in a reference": '<value>1</value><ReadingType ref="0.0">x</ReadingType>',
    "an unlisted reason": f"<reason>solarFlare</reason><value>1</value>{TYPE}",
    "a child of another namespace": f'<value xmlns="urn:x">1</value>{TYPE}',
}


@pytest.fixture(autouse=True, params=[0, 1 << 40], ids=["counted", "looked at"])
def large(request, monkeypatch):
    """Read in Python, and let the nodes of each document be counted, or of none."""
    monkeypatch.setattr(NATIVE, "is_on", False)
    monkeypatch.setattr(walkers, "_LARGE", request.param)
    monkeypatch.setattr(walkers, "_PAUSE", 0)
    monkeypatch.setattr(walkers, "_UNCOUNTED", {})
    return request.param


@pytest.fixture
def general(monkeypatch):
    """Return a function that reads with the general walkers only."""

    def read(document: bytes | str) -> object:
        with monkeypatch.context() as patch:
            patch.setattr(walkers, "exact_source_of", lambda spec, create: "")
            patch.setattr(walkers, "walker", per_class(walkers.Walker))
            return outcome(document)

    return read


def outcome(document: bytes | str) -> object:
    try:
        read = cimbus.decode(document)
        return read.header, repr(read.payload_area), read.extensions, read.notes
    except cimbus.CimbusError as error:
        return type(error), str(error)


def reading(inner: str, space: str = "") -> str:
    noun = f"{space}<MeterReading>{space}<Readings>{inner}</Readings>{space}</MeterReading>{space}"
    return message(f'<MeterReadings xmlns="{READINGS}">{noun}</MeterReadings>', head=header(noun="MeterReadings"))


@pytest.mark.parametrize("space", ["", "\n  "], ids=["one line", "lines"])
@pytest.mark.parametrize("inner", ODD.values(), ids=ODD)
def test_whatever_is_odd_is_read_as_the_general_walker_reads_it(general, inner, space):
    document = reading(inner, space)

    assert outcome(document) == general(document)
    assert cimbus.decode(document).notes or inner == ODD["another spelling"]


def test_documents_of_the_fuzzer_are_read_as_the_general_walker_reads_them(general):
    for index in range(DOCUMENTS):
        document = made("xml", 14, index)

        assert outcome(document) == general(document), index


def test_an_exact_message_needs_no_general_walker(monkeypatch):
    document = reading(f"<timeStamp>2026-03-01T12:00:00Z</timeStamp><value>1</value>{TYPE}", "\n  ")
    monkeypatch.setattr(walkers, "source_of", lambda spec, create: "def walk(el, r, p): raise AssertionError(el.tag)")
    monkeypatch.setattr(walkers, "walker", per_class(walkers.Walker))

    assert cimbus.decode(document).payload.MeterReading[0].Readings[0].value == 1


def test_an_exact_document_is_counted_once_and_not_read_again(monkeypatch, large):
    counted, read = [], []
    real, walk = walkers.nodes_in, walkers._walk
    monkeypatch.setattr(walkers, "nodes_in", lambda node: counted.append(real(node)) or counted[-1])
    monkeypatch.setattr(walkers, "_walk", lambda *args: read.append(1) or walk(*args))

    payload = cimbus.decode(reading(f"<value>1</value>{TYPE}")).payload

    assert payload.MeterReading[0].Readings[0].ReadingType.ref == "0.0"
    assert read == [1]
    # two elements of classes, a value with its text, a reference with its attribute
    assert counted == ([] if large else [6])


def test_behind_a_noun_that_is_not_exact_some_are_not_counted(monkeypatch, large):
    counted = []
    real = walkers.nodes_in
    monkeypatch.setattr(walkers, "_PAUSE", 2)
    monkeypatch.setattr(walkers, "nodes_in", lambda node: counted.append(real(node)) or counted[-1])
    exact, odd = reading(f"<value>1</value>{TYPE}"), reading(ODD["an attribute of a leaf"])

    numbers = []
    for document in (exact, odd, exact, exact, exact, exact):
        _ = cimbus.decode(document).payload
        numbers.append(len(counted))

    assert numbers == ([0] * 6 if large else [1, 2, 2, 2, 3, 4])


def test_classes_that_contain_themselves_are_read():
    @cimbus.noun("urn:test:exact#")
    class ExactFolder(cimbus.Cim):
        name: str
        folder: list[ExactFolderPart] = []

    document = '<ExactFolder xmlns="urn:test:exact#"><name>a</name><folder><name>b</name></folder></ExactFolder>'

    assert cimbus.decode_noun(document).folder[0].name == "b"


def test_a_class_with_a_check_of_its_own_is_checked():
    with pytest.raises(cimbus.DecodeError, match="no name"):
        cimbus.decode_noun('<ExactChecked xmlns="urn:test:exact#"><name/></ExactChecked>')


def test_namespaces_of_a_class_are_bounded():
    table = walkers.Walker(cimbus.nouns.Name)

    for number in range(100):
        assert table[f"{{urn:{number}}}"] is table[f"{{urn:{number}}}"]
    assert len(table) < 100
    assert table[f"{{{'u' * 1_000}}}"] is not table[f"{{{'u' * 1_000}}}"]


class ExactFolderPart(cimbus.Cim):
    name: str
    folder: list[ExactFolderPart] = []


@cimbus.noun("urn:test:exact#")
class ExactChecked(cimbus.Cim):
    name: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("no name")
