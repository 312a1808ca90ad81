"""``cimbus decode`` and ``cimbus topics``."""

from __future__ import annotations

import gzip
import io
import json
import sys

import pytest

from .conftest import EVENT, LENIENT, UNKNOWN


def test_xml_to_json_and_back(cimbus, files):
    code, out, err = cimbus("decode", files("a.xml", EVENT.format(id="m-1")), "--to", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["EventMessage"]["Header"]["MessageID"] == "m-1"
    code, back, err = cimbus("decode", files("a.json", out))
    assert (code, err) == (0, "")
    assert "<MessageID>m-1</MessageID>" in back


def test_what_was_forgiven(cimbus, files):
    name = files("lenient.xml", LENIENT.format(id="m-1"))
    code, out, err = cimbus("decode", name, "--to", "xml")
    assert code == 0
    assert "<Verb>created</Verb>" in out
    assert "createdDateTime: " in err
    assert all(": " in text for text in err.splitlines())
    code, out, err = cimbus("decode", name, "--strict")
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "Header/Verb" in err


def test_strict_looks_into_the_payload(cimbus, files):
    code, _, err = cimbus("decode", files("a.xml", EVENT.format(id="1").replace("09:59:58Z", "soon")), "--strict")
    assert code == 1
    assert "createdDateTime" in err


def test_json_lines(cimbus, files):
    code, out, err = cimbus("decode", files("a.xml", LENIENT.format(id="1")), files("b.xml", UNKNOWN), "--json")
    first, second = map(json.loads, out.splitlines())
    assert (code, err) == (0, "")
    assert first["notes"]
    assert second["message"]["EventMessage"]["Payload"]


def test_header(cimbus, files):
    code, out, _ = cimbus("decode", files("b.xml", UNKNOWN), "--header")
    assert code == 0
    assert json.loads(out) == {"Verb": "changed", "Noun": "Kettles", "MessageID": "k-1"}


def test_not_a_message(cimbus, files, tmp_path):
    good = files("good.xml", EVENT.format(id="m-1"))
    code, out, err = cimbus("decode", files("bad.xml", "<a>"), tmp_path / "none.xml", good)
    assert code == 1
    assert "m-1" in out
    assert len(err.splitlines()) == 2
    assert "Traceback" not in err


def test_stdin(cimbus, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(UNKNOWN.encode())))
    code, out, _ = cimbus("decode", "-")
    assert code == 0
    assert "K-9" in out


def test_topics(cimbus):
    code, out, err = cimbus("topics", "MeterReadings", "--verb", "created", "--key", "m1")
    assert (code, err) == (0, "")
    assert {tuple(line.split("\t")[2:]) for line in out.splitlines()} >= {
        ("MQTT", "production/events/MeterReadings/created/m1"),
        ("Kafka", "production.events.MeterReadings"),
        ("ActiveMQ Artemis", "PRODUCTION.EVENTS.MeterReadings.created"),
        ("ActiveMQ Classic", "VirtualTopic.PRODUCTION.EVENTS.MeterReadings.created"),
        ("sqlite", "production/events/MeterReadings/created/m1"),
    }


def test_topics_of_one_bus_follow_its_url(cimbus):
    url = "mqtt://localhost/?template=utility/{noun}/{key}"

    code, out, _ = cimbus("topics", "MeterReadings", "--verb", "created", "--key", "m1", "--bus", url)

    assert (code, out.strip()) == (0, "MeterReadings\tcreated\tmqtt\tutility/MeterReadings/m1")


def test_topics_of_all_and_of_an_unknown_noun(cimbus):
    _, out, _ = cimbus("topics", "--json", "--context", "Test")
    rows = [json.loads(text) for text in out.splitlines()]
    assert {"EndDeviceEvents", "MeterReadings"} <= {row["noun"] for row in rows}
    assert all(row["typed"] for row in rows)
    assert all(row["address"].startswith("test/") for row in rows if row["broker"] == "MQTT")
    code, out, err = cimbus("topics", "Kettles", "--verb", "get")
    assert code == 0
    assert "production/requests/Kettles/get" in out
    assert "not registered" in err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--help",), 0),
        (("--version",), 0),
        (("nothing",), 2),
        (("listen",), 2),
        (("listen", "--bus", "memory:"), 2),
        (("listen", "--bus", "sqlite:///tmp/x.db", "--durable"), 2),
        (("listen", "--bus", "nothing://x"), 2),
        (("listen", "--bus", "sqlite:///no/such/folder/x.db"), 3),
        (("dlq", "list"), 2),
        (("request", "--bus", "sqlite:///tmp/x.db"), 2),
        (("run", "nowhere:x", "--bus", "sqlite:///tmp/x.db"), 2),
        (("run", "json:dumps", "--bus", "sqlite:///tmp/x.db"), 2),
        (("run", "json:nothing", "--bus", "sqlite:///tmp/x.db"), 2),
        (("run", "json", "--bus", "sqlite:///tmp/x.db"), 2),
    ],
)
def test_exit_codes(cimbus, arguments, code):
    given, out, err = cimbus(*arguments)
    assert given == code
    assert out if code == 0 else err
    assert "Traceback" not in err


def test_without_click(monkeypatch, capsys):
    import cimbus.cli

    monkeypatch.setattr(cimbus.cli, "find_spec", lambda name: None)
    assert cimbus.cli.main(["demo"]) == 2
    assert "pip install 'cimbus[cli]'" in capsys.readouterr().err


def test_without_a_file_standard_input_is_read(cimbus, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(EVENT.format(id="m-1").encode())))

    code, out, _ = cimbus("decode")
    assert code == 0
    assert json.loads(out)["EventMessage"]["Header"]["MessageID"] == "m-1"


def test_json_lines_out_are_json_lines_in(cimbus, files):
    names = [files(f"{number}.xml", EVENT.format(id=f"m-{number}")) for number in range(3)]
    _, lines, _ = cimbus("decode", *names)
    assert len(lines.splitlines()) == 3
    code, out, err = cimbus("decode", files("all.jsonl", lines), "--to", "json")
    assert (code, err) == (0, "")
    assert out == lines
    code, xml, _ = cimbus("decode", files("all2.jsonl", lines))
    assert cimbus("decode", files("all.xml", xml))[1] == lines


def test_a_folder_gets_a_file_for_each_message(cimbus, files, tmp_path):
    one, several = (
        files("one.xml", EVENT.format(id="m-1")),
        files("several.xml", EVENT.format(id="a") + LENIENT.format(id="b")),
    )
    folder = tmp_path / "out" / "deep"

    code, out, err = cimbus("decode", one, several, "--out-dir", str(folder))
    assert code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["one.json", "several-1.json", "several-2.json"]
    assert out.splitlines() == [str(folder / name) for name in ("one.json", "several-1.json", "several-2.json")]
    assert json.loads((folder / "several-1.json").read_bytes())["EventMessage"]["Header"]["MessageID"] == "a"
    assert all(str(several) in text for text in err.splitlines())


def test_a_summary_counts_messages_and_kinds_of_notes(cimbus, files):
    names = [files(f"{number}.xml", LENIENT.format(id=f"m-{number}")) for number in range(3)]
    code, out, err = cimbus("decode", *names, files("bad.xml", "<a/>"), "--summary")
    assert code == 1
    assert out.splitlines()[0] == "read 3, failed 1"
    assert any(text.startswith("3\tnote\t") and "time zone" in text for text in out.splitlines())
    assert len(err.splitlines()) == 1
    code, out, _ = cimbus("decode", *names, "--summary", "--json")
    counted = json.loads(out)
    assert (code, counted["failed"], sum(counted["read"].values())) == (0, 0, 3)
    assert 3 in counted["notes"].values()


def test_a_bare_noun_is_converted_and_said_to_be_one(cimbus, files):
    noun = EVENT[EVENT.index("<m:EndDeviceEvents") : EVENT.index("</Payload>")]
    name = files("noun.xml", noun)
    code, out, err = cimbus("decode", name)
    assert code == 0
    assert list(json.loads(out)) == ["EndDeviceEvents"]
    assert "a bare noun without an envelope" in err
    assert cimbus("decode", files("noun.json", out), "--to", "json")[1] == out
    code, out, _ = cimbus("decode", name, "--verb", "created", "--source", "HES")
    head = json.loads(out)["EventMessage"]["Header"]
    assert (head["Verb"], head["Noun"], head["Source"]) == ("created", "EndDeviceEvents", "HES")
    assert "noun" in json.loads(cimbus("decode", name, "--json")[1])


def test_limits_zones_and_dialects(cimbus, files):
    name = files("a.xml", LENIENT.format(id="1"))
    big = files("big.xml", EVENT.format(id="x" * 33_600_000))
    code, _, err = cimbus("decode", big, "--header", "--json")
    code, _, err = cimbus("decode", big, "--summary")
    assert (code, "max_bytes" in err) == (1, True)
    assert cimbus("decode", big, "--summary", "--max-bytes", "40000000")[0] == 0
    assert "Europe/Berlin assumed" in cimbus("decode", name, "--zone", "Europe/Berlin")[2]
    assert cimbus("decode", name, "--zone", "Nowhere/Else")[0] == 2
    assert "2008" in cimbus("decode", name, "--to", "xml", "--dialect", "draft-2008")[1]
    assert cimbus("decode", name, "--dialect", "draft-1999")[0] == 2


def test_conformance_refuses_what_the_standards_rules_refuse(cimbus, files):
    name = files("a.xml", EVENT.format(id="1").replace("<Verb>created", "<Verb>create"))
    assert cimbus("decode", name, "--strict")[0] == 0
    code, _, err = cimbus("decode", name, "--conformance")
    assert (code, "verb 'create' in EventMessage" in err) == (1, True)


def test_the_other_format_of_a_file_in_gzip(cimbus, files, tmp_path):
    code, lines, _ = cimbus("decode", files("a.xml", EVENT.format(id="1")))
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(EVENT.format(id="1").encode()))

    assert code == 0
    assert cimbus("decode", str(tmp_path / "a.json.gz"))[1].startswith("<?xml")
    assert cimbus("decode", str(tmp_path / "a.xml.gz"))[1].startswith("{")
