"""``cimbus decode`` and ``cimbus topics``."""

from __future__ import annotations

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
    assert out.strip().split("\t") == [
        "MeterReadings",
        "created",
        "production/events/MeterReadings/created/m1",
        "production.events.MeterReadings",
        "PRODUCTION.EVENTS.MeterReadings.created",
    ]


def test_topics_of_all_and_of_an_unknown_noun(cimbus):
    _, out, _ = cimbus("topics", "--json", "--context", "Test")
    rows = [json.loads(text) for text in out.splitlines()]
    assert {"EndDeviceEvents", "MeterReadings"} <= {row["noun"] for row in rows}
    assert all(row["typed"] and row["mqtt"].startswith("test/") for row in rows)
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
