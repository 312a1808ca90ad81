"""A trail on disk: the chain over files, restarts, processes and crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.support import LIMIT
from cimbus import AuditTrail
from cimbus.application.audit import verify
from cimbus.application.audit.chain import START, chained, follows, record_of
from cimbus.errors import CimbusError


def events(*files):
    return [json.loads(line)["event"] for file in files for line in Path(file).read_bytes().splitlines()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "audit.jsonl"


def written(path, *events, **options):
    """A trail with these events, closed."""
    trail = AuditTrail(path, **options)
    for event in events:
        trail.write({"event": event})
    trail.close()
    return trail


def test_what_was_written_is_valid_and_private(path):
    written(path, "a", "b")

    found = verify([path])

    assert events(path) == ["begun", "a", "b"]
    assert (found.lines, found.problem, found.begins, found.torn) == (3, "", True, 0)
    assert found.digest == json.loads(path.read_bytes().splitlines()[-1])["hash"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [lines[0], lines[1].replace(b'"a"', b'"A"'), *lines[2:]], 2),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], 2),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], 3),
        (lambda lines: [*lines[:3], b"{}\n", *lines[3:]], 4),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines[:3], chained({"event": "forged"}, START)[0]], 4),
    ],
)
def test_the_first_line_that_was_changed_is_found(path, change, line):
    written(path, "a", "b", "c")
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    found = verify([path])

    assert found.problem
    assert (found.file, found.line, found.lines) == (str(path), line, line - 1)


def test_lines_removed_from_the_end_are_noticed_by_the_hash_that_was_kept(path):
    written(path, "a", "b")
    kept = verify([path]).digest
    assert verify([path], kept).kept
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))

    found = verify([path], kept)

    assert (found.problem, found.kept) == ("", False)


def test_the_chain_goes_on_after_a_restart_and_in_the_next_file(path):
    for turn in range(3):
        written(path, *(f"{turn}-{number}" for number in range(5)), max_bytes=600)

    found = verify([path])

    assert len(found.files) > 3
    assert found.problem == ""
    names = events(*found.files)
    assert names[0] == "begun"
    assert names.count("continued") == len(found.files) - 1
    assert [each for each in names if "-" in each] == [f"{turn}-{number}" for turn in range(3) for number in range(5)]
    later = verify(found.files[1:])
    assert (later.problem, later.begins) == ("", False)
    assert verify([found.files[0], *found.files[2:]]).problem


def test_a_trail_that_died_between_two_files_goes_on(path):
    written(path, "a")
    path.rename(f"{path}.1")

    written(path, "b")

    assert verify([path]).problem == ""
    assert events(f"{path}.1", path) == ["begun", "a", "continued", "b"]


@pytest.mark.parametrize("torn", [b'{"event":"b', b"{", b'{"event":"b","hash":"00"}'])
def test_a_torn_last_line_is_removed_and_said(path, torn):
    written(path, "a")
    with path.open("ab") as file:
        file.write(torn)
    assert (verify([path]).problem, verify([path]).torn) == ("", len(torn))

    written(path, "b")

    found = verify([path])
    assert (found.problem, found.torn) == ("", 0)
    assert events(path) == ["begun", "a", "recovered", "b"]
    assert json.loads(path.read_bytes().splitlines()[2])["torn"] == len(torn)


def test_a_file_that_is_no_trail_is_refused_and_kept(path):
    path.write_text("a list of meters\n")

    with pytest.raises(CimbusError, match="move the file away"):
        AuditTrail(path).open()

    assert path.read_text() == "a list of meters\n"
    assert verify([path]).line == 1


def test_what_could_not_be_written_is_said_when_it_can_be(path, tmp_path):
    trail = AuditTrail(path)
    trail.write({"event": "a"})
    trail.close()
    (aside := tmp_path / "aside").mkdir()
    path.rename(aside / path.name)
    path.mkdir()  # in the place of the file

    trail.write({"event": "lost"}, {"event": "lost"})
    path.rmdir()
    (aside / path.name).rename(path)
    trail.write({"event": "b"})
    trail.close()

    assert trail.failed == 2
    assert verify([path]).problem == ""
    assert events(path) == ["begun", "a", "gap", "b"]
    assert json.loads(path.read_bytes().splitlines()[2])["lines"] == 2


WRITER = """
import sys
from cimbus import AuditTrail

trail = AuditTrail(sys.argv[1], max_bytes=20_000)
for number in range(int(sys.argv[2])):
    trail.write({"event": sys.argv[3], "number": number})
    if not number:
        print("writing", flush=True)
"""


def writer(path, count, name):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(count), name], stdout=subprocess.PIPE, text=True
    )


def test_several_processes_write_one_trail(path):
    processes = [writer(path, 300, name) for name in ("a", "b", "c")]
    for process in processes:
        process.communicate(timeout=LIMIT)
        assert process.returncode == 0

    found = verify([path])

    assert found.problem == ""
    assert len(found.files) > 1
    names = events(*found.files)
    assert [names.count(name) for name in ("a", "b", "c")] == [300, 300, 300]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_process_that_is_killed_leaves_a_trail_that_goes_on(path):
    process = writer(path, 1_000_000, "a")
    with process:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
    before = verify([path])
    assert before.problem == ""
    assert before.lines >= 2

    written(path, "b")

    found = verify([path])
    assert (found.problem, found.torn) == ("", 0)
    assert events(*found.files)[-1] == "b"


@pytest.mark.parametrize("options", [{"max_bytes": -1}, {"sync": -1}])
def test_negative_bounds_are_refused(path, options):
    with pytest.raises(ValueError, match="not negative"):
        AuditTrail(path, **options)


def test_with_a_sync_of_0_each_line_is_on_disk_at_once(path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(fd), real(fd)))

    written(path, "a", "b", sync=0)

    assert len(synced) >= 3


VALUES = st.one_of(st.text(), st.integers(-(2**53), 2**53), st.booleans())


@given(st.dictionaries(st.text().filter("hash".__ne__), VALUES, min_size=1))
def test_any_record_is_one_line_that_follows(record):
    line, digest = chained(record, START)

    assert line.count(b"\n") == 1
    assert follows(line, START)
    assert not follows(line, digest)
    assert {**record, "hash": digest} == record_of(line)


def test_a_foreign_file_without_a_line_end_is_kept(path):
    path.write_text('{"password": "x"}')

    with pytest.raises(CimbusError, match="no audit trail"):
        AuditTrail(path).open()

    assert path.read_text() == '{"password": "x"}'


def test_what_is_no_text_is_counted_as_not_written(path):
    trail = AuditTrail(path)
    trail.write({"event": "\udcff"})
    trail.write({"event": "b"})
    trail.close()

    assert trail.failed == 1
    assert verify([path]).problem == ""
    assert events(path) == ["begun", "gap", "b"]


def test_a_file_that_cannot_be_begun_loses_no_line_and_says_none_is_missing(path, monkeypatch):
    trail = AuditTrail(path, max_bytes=200)
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(OSError("refused")))
    for number in range(4):
        trail.write({"event": str(number)})
    monkeypatch.undo()
    trail.write({"event": "4"})
    trail.close()

    found = verify([path])
    assert (found.problem, trail.failed) == ("", 0)
    assert "gap" not in events(*found.files)


def test_a_trail_that_died_between_two_files_is_verified(path):
    written(path, "a")
    path.rename(f"{path}.1")

    assert verify([path]).problem == ""
