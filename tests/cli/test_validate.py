"""``cimbus validate``: what is wrong, where, how often; and the exit code."""

from __future__ import annotations

import orjson
import pytest
from interface.model.profile import PROFILE, Device
from interface.xsd.schemas import written

import cimbus
from cimbus import Message
from cimbus.cli import exits
from cimbus.cli.app import run_app
from cimbus.interface.model import noun_of
from cimbus.interface.schemas import xml_schema
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Reference
from cimbus.testing import sample


@pytest.fixture
def valid(tmp_path):
    path = tmp_path / "valid.xml"
    path.write_bytes(cimbus.encode(Message.of(sample(EndDeviceEvents, seed=1, full=True))))
    return path


def invalid(path, form="xml"):
    events = [EndDeviceEvent(createdDateTime=None, EndDeviceEventType=Reference(ref="3.26.0.47"))] * 3
    path.write_bytes(cimbus.encode(Message.of(EndDeviceEvents(EndDeviceEvent=events)), form, strict=False))
    return path


def output(capsys, *arguments) -> tuple[int, list[str], str]:
    code = run_app(["validate", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out.splitlines(), captured.err


def test_a_valid_file_is_said_to_be_so(valid, capsys):
    code, lines, said = output(capsys, valid)

    assert (code, lines) == (exits.OK, [])
    assert "valid.xml: valid" in said


def test_problems_of_one_kind_are_one_line_with_place_and_number(tmp_path, valid, capsys):
    path = invalid(tmp_path / "wrong.xml")

    code, lines, _ = output(capsys, valid, path)
    _, every, _ = output(capsys, path, "--all")

    assert code == exits.FAILED
    assert len(lines) == 1
    assert lines[0].startswith(f"{path}:2: EventMessage/Payload/EndDeviceEvents/EndDeviceEvent")
    assert lines[0].endswith("createdDateTime: mandatory, and missing (3 times)")
    assert len(every) == 3
    assert "EndDeviceEvent[2]/createdDateTime" in every[1]


def test_json_and_bare_nouns_are_checked_as_well_and_problems_are_records(tmp_path, capsys):
    path = invalid(tmp_path / "wrong.json", "json")
    bare = tmp_path / "bare.xml"
    bare.write_bytes(
        cimbus.encode_noun(sample(EndDeviceEvents, full=True)).replace(
            b"</EndDeviceEvents>", b"<odd/></EndDeviceEvents>"
        )
    )

    code, lines, _ = output(capsys, path, bare, "--json")

    records = [orjson.loads(line) for line in lines]
    assert code == exits.FAILED
    assert [(each["file"], each["count"], each["by"]) for each in records] == [
        (str(path), 3, "declaration"),
        (str(bare), 1, "declaration"),
    ]


def test_each_message_of_a_file_is_checked(tmp_path, valid, capsys):
    path = invalid(tmp_path / "one.xml")
    both = tmp_path / "both.xml"
    both.write_bytes(valid.read_bytes() + b"\n" + path.read_bytes())

    code, lines, _ = output(capsys, both)

    assert code == exits.FAILED
    assert len(lines) == 1
    assert "[2] EventMessage/Payload" in lines[0]


def test_the_users_schemas_are_asked(tmp_path, capsys):
    folder = tmp_path / "xsd"
    folder.mkdir()
    schema = xml_schema(noun_of(type(PROFILE))).replace('maxLength value="3"', 'maxLength value="2"')
    (folder / "profile.xsd").write_text(schema, encoding="utf-8")
    for name, form in (("m.xml", "xml"), ("m.json", "json")):
        path = tmp_path / name
        path.write_bytes(cimbus.encode(Message.of(PROFILE), form))

        code, lines, _ = output(capsys, path, "--schema-path", folder)

        assert code == exits.FAILED
        assert any("Element 'state'" in line and "maxLength" in line for line in lines)
        assert output(capsys, path)[0] == exits.OK


def test_what_no_schema_knows_and_what_no_class_stands_for_is_said(tmp_path, valid, capsys):
    folder = tmp_path / "xsd"
    folder.mkdir()
    written(folder, "N", '<xs:element name="N"/>')
    path = tmp_path / "other.xml"
    path.write_bytes(cimbus.encode(Message.of(cimbus.XmlElement("Unheard", "urn:x"))))

    assert "no schema knows an element of it" in output(capsys, valid, "--schema-path", folder)[2]
    assert "Unheard is not checked" in output(capsys, path)[2]


def test_a_file_that_is_no_message_fails_and_the_others_are_checked(tmp_path, valid, capsys):
    path = tmp_path / "x.xml"
    path.write_text("<a")

    code, _, said = output(capsys, path, valid)

    assert code == exits.FAILED
    assert "valid.xml: valid" in said


def test_a_message_that_was_made_tells_its_problems():
    good = Message.of(sample(type(PROFILE), seed=2))
    bad = Message.of(type(PROFILE)(Meter=[], EndDevice=[Device(mRID="short")], left="l", code=["c"]))
    odd = Message.of(EndDeviceEvents(EndDeviceEvent=[EndDeviceEvent(createdDateTime="now", EndDeviceEventType=3)]))

    assert good.validate() == ()
    assert [each.text.split(" does")[0] for each in bad.validate()] == ["'short'"]
    assert bad.validate()[0].line is None
    assert len(odd.validate()) == 1
    assert cimbus.decode(cimbus.encode(bad)).validate() == bad.validate()
