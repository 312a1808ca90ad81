"""What a person sees: commands on a real terminal of 80 columns."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from .conftest import EVENT, LIMIT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(*words, cwd, stdout_is_terminal=True):
    """Run a command whose stderr, and by default stdout, is a terminal; return (what it shows, its stdout)."""
    import pty

    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cimbus", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=theirs if stdout_is_terminal else subprocess.PIPE,
        stderr=theirs,
        cwd=cwd,
        env=environment,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        pass  # Linux says so at the end
    os.close(ours)
    out, _ = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, shown
    return shown.decode().replace("\r\n", "\n"), (out or b"").decode()


def test_a_table_that_is_too_wide_has_a_line_for_each_row(tmp_path):
    words = ("topics", "EndDeviceEvents", "--verb", "created", "--key", "UP-0123456789-0123456789", "--bus", "memory:")
    shown, _ = on_terminal(*words, cwd=tmp_path)

    lines = ESCAPES.sub("", shown).splitlines()
    assert lines[0].split() == ["noun", "verb", "broker", "address"]
    assert lines[1].split() == [
        "EndDeviceEvents",
        "created",
        "memory",
        "production/events/EndDeviceEvents/created/UP-0123456789-0123456789",
    ]


def test_a_table_that_fits_has_a_frame(tmp_path):
    shown, _ = on_terminal("topics", "Kettles", "--verb", "created", "--bus", "memory:", cwd=tmp_path)

    assert "┃ noun" in ESCAPES.sub("", shown)


def test_json_is_shown_on_the_background_of_the_terminal(tmp_path):
    (tmp_path / "a.xml").write_text(EVENT.format(id="m-1"))

    shown, _ = on_terminal("decode", "a.xml", cwd=tmp_path)

    assert '"MessageID"' in ESCAPES.sub("", shown)
    assert ESCAPES.search(shown)  # it is coloured
    backgrounds = [
        code for code in re.findall(r"\x1b\[([0-9;]*)m", shown) if re.search(r"(^|;)(4[0-8]|10[0-7])(;|$)", code)
    ]
    assert backgrounds == []


def test_many_files_show_their_progress_where_results_go_elsewhere(tmp_path):
    for number in range(12):
        (tmp_path / f"{number}.xml").write_text(EVENT.format(id=f"m-{number}"))
    files = [f"{number}.xml" for number in range(12)]

    shown, out = on_terminal("decode", *files, cwd=tmp_path, stdout_is_terminal=False)

    assert "decoding" in ESCAPES.sub("", shown)
    assert len(out.splitlines()) == 12


def test_trio_that_is_not_installed_is_one_line(cimbus, monkeypatch, bus):
    monkeypatch.setattr("cimbus.cli.running.find_spec", lambda name: None)

    code, _, err = cimbus("listen", "--bus", bus, "--backend", "trio", "--timeout", 0)

    assert code == 2
    assert err == "cimbus: --backend trio needs trio; install it with: pip install 'cimbus[trio]'\n"
