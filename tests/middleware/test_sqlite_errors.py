"""Which errors of SQLite pass, and which are final: every result code."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from cimbus.middleware.sqlite_errors import FINAL, PASSING, is_passing

PASS = {"FULL", "BUSY", "LOCKED", "IOERR", "NOMEM", "PROTOCOL", "READONLY", "CANTOPEN", "INTERRUPT"}
STAY = {
    *("ERROR", "INTERNAL", "PERM", "ABORT", "CORRUPT", "NOTFOUND", "EMPTY", "SCHEMA", "TOOBIG", "CONSTRAINT"),
    *("MISMATCH", "MISUSE", "NOLFS", "AUTH", "FORMAT", "RANGE", "NOTADB"),
}


def error(name: str) -> sqlite3.OperationalError:
    found = sqlite3.OperationalError(name)
    found.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{name}")
    return found


def test_every_primary_result_code_is_sorted():
    assert {name for name in PASS | STAY if is_passing(error(name))} == PASS
    assert {getattr(sqlite3, f"SQLITE_{name}") for name in PASS} == PASSING.keys()


@pytest.mark.parametrize("name", ["IOERR_WRITE", "BUSY_SNAPSHOT", "READONLY_DIRECTORY", "CANTOPEN_ISDIR"])
def test_an_extended_result_code_passes_as_its_primary_one(name):
    assert is_passing(error(name))


@pytest.mark.parametrize("name", ["READONLY_DBMOVED", "IOERR_CORRUPTFS", "CORRUPT_VTAB"])
def test_an_extended_result_code_may_be_final(name):
    assert not is_passing(error(name))
    assert name.startswith("CORRUPT") or getattr(sqlite3, f"SQLITE_{name}") in FINAL


def test_what_is_no_error_of_sqlite_does_not_pass():
    assert not is_passing(None)
    assert not is_passing(OSError("disk"))


def test_errors_of_a_real_file(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db", timeout=0, isolation_level=None)) as one:
        one.execute("CREATE TABLE t (x)")
        with pytest.raises(sqlite3.OperationalError) as missing:
            one.execute("SELECT * FROM nothing")
        with contextlib.closing(sqlite3.connect(tmp_path / "a.db", timeout=0, isolation_level=None)) as two:
            two.execute("BEGIN IMMEDIATE")
            with pytest.raises(sqlite3.OperationalError) as locked:
                one.execute("BEGIN IMMEDIATE")
            two.execute("ROLLBACK")
        one.execute("PRAGMA max_page_count = 3")
        with pytest.raises(sqlite3.OperationalError) as full:
            one.execute("INSERT INTO t VALUES (zeroblob(1000000))")

    assert [is_passing(found.value) for found in (missing, locked, full)] == [False, True, True]
