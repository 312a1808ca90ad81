"""New message IDs are random UUIDs."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid

import pytest

from cimbus.interface.message_id import new_message_id


def test_they_are_random_uuids_as_text():
    made = {new_message_id() for _ in range(1_000)}

    assert len(made) == 1_000
    assert all(str(uuid.UUID(each)) == each for each in made)
    assert {uuid.UUID(each).version for each in made} == {4}
    assert {uuid.UUID(each).variant for each in made} == {uuid.RFC_4122}


FORKS = """
import os
from cimbus.interface.message_id import new_message_id

new_message_id()  # and others, for the calls that follow
reading, writing = os.pipe()
if os.fork():
    os.wait()
    assert os.read(reading, 36).decode() != new_message_id()
else:
    os.write(writing, new_message_id().encode())
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_forked_process_makes_its_own():
    subprocess.run([sys.executable, "-c", FORKS], check=True, timeout=60)
