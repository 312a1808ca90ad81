"""A store of contents at a URL of fsspec."""

from __future__ import annotations

import sys
import uuid

import pytest

from cimbus import Bus, MissingExtraError
from cimbus.application.claim_check.content_store import open_content_store
from cimbus.application.claim_check.folder import PART
from cimbus.application.claim_check.reference import ContentReference

NAME = ContentReference.of(b"content", 1_800_000_000).name


@pytest.fixture
def url():
    pytest.importorskip("fsspec")
    return f"memory://{uuid.uuid4().hex}/contents"


def test_a_content_is_written_read_listed_and_removed(url):
    store = open_content_store(url)
    assert store.names() == []

    store.write(NAME, b"content")
    assert (store.read(NAME, 100), store.read(NAME, 3), store.names()) == (b"content", b"con", [NAME])

    store.remove(NAME)
    store.remove(NAME)
    with pytest.raises(FileNotFoundError):
        store.read(NAME, 100)


def test_a_name_that_is_not_one_of_a_content_is_nowhere(url):
    store = open_content_store(url)

    for use in (lambda: store.read("../x", 10), lambda: store.write("../x", b"x"), lambda: store.remove("../x")):
        with pytest.raises(FileNotFoundError):
            use()


def test_a_write_that_fails_leaves_nothing(url, monkeypatch):
    store = open_content_store(url)

    def lost(*paths):
        raise OSError("the connection is lost")

    with monkeypatch.context() as patched:
        patched.setattr(store._files, "mv", lost)
        with pytest.raises(OSError, match="lost"):
            store.write(NAME, b"content")

    assert [path for path in store._files.ls(store._path, detail=False) if PART in path] == []


def test_without_fsspec_the_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'cimbus\[fsspec\]'"):
        Bus("memory:", claim_store="s3://bucket/contents")


def test_a_password_in_the_url_is_not_shown(url):
    pytest.importorskip("fsspec")

    assert "s3cret" not in repr(open_content_store(f"memory://user:s3cret@host/{uuid.uuid4().hex}"))
