"""A store of contents in a folder: whole files, private, and no way out of it."""

from __future__ import annotations

import os
import time

import pytest

from cimbus.application.claim_check.content_store import open_content_store
from cimbus.application.claim_check.folder import ABANDONED, PART, FolderStore
from cimbus.application.claim_check.reference import ContentReference

NAME = ContentReference.of(b"content", 1_800_000_000).name


def mode(path):
    return oct(path.stat().st_mode & 0o777)


def test_a_content_is_private_unless_the_folder_is_made_for_a_group(tmp_path):
    FolderStore(str(tmp_path / "own")).write(NAME, b"content")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o2770)
    FolderStore(str(tmp_path / "shared")).write(NAME, b"content")

    assert (mode(tmp_path / "own"), mode(tmp_path / "own" / NAME)) == ("0o700", "0o600")
    assert mode(tmp_path / "shared" / NAME) == "0o640"


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "", ".", f"{NAME}/..", f"../{NAME}", NAME.upper(), f"{NAME}\n", f"x{NAME}"]
)
def test_a_name_that_is_not_one_of_a_content_is_nowhere(tmp_path, name):
    (tmp_path / "secret").write_bytes(b"secret")
    store = FolderStore(str(tmp_path / "folder"))
    store.write(NAME, b"content")

    for use in (lambda: store.read(name, 10), lambda: store.write(name, b"x"), lambda: store.remove(name)):
        with pytest.raises(FileNotFoundError):
            use()


def test_a_link_in_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    store = FolderStore(str(tmp_path / "folder"))
    store.write(NAME, b"content")
    (tmp_path / "folder" / NAME).unlink()
    (tmp_path / "folder" / NAME).symlink_to(secret)

    with pytest.raises(OSError, match="symbolic"):
        store.read(NAME, 10)


def test_a_pipe_in_the_folder_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / NAME)

    with pytest.raises(FileNotFoundError):
        FolderStore(str(tmp_path)).read(NAME, 10)


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def full(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        FolderStore(str(tmp_path)).write(NAME, b"content")
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_left_and_what_was_never_finished_is_removed(tmp_path):
    store = FolderStore(str(tmp_path))
    store.write(NAME, b"content")
    for name in ("README", f"{PART}new", f"{PART}old"):
        (tmp_path / name).touch()
    long_ago = time.time() - ABANDONED - 10
    os.utime(tmp_path / f"{PART}old", (long_ago, long_ago))

    assert store.names() == [NAME]
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"{PART}new", NAME, "README"]


def test_a_folder_that_is_not_there_has_lost_nothing(tmp_path):
    """A drive that is not mounted: the store cannot be read, which is not the same as a content that is missing."""
    store = FolderStore(str(tmp_path / "away"))

    with pytest.raises(NotADirectoryError):
        store.read(NAME, 10)
    assert store.names() == []


def test_a_file_url_is_a_folder(tmp_path):
    assert repr(open_content_store(f"file://{tmp_path}")) == f"FolderStore({str(tmp_path)!r})"
