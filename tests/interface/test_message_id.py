"""New message IDs are random UUIDs."""

from __future__ import annotations

import uuid

from cimbus.interface.message_id import new_message_id


def test_they_are_random_uuids_as_text():
    made = {new_message_id() for _ in range(1_000)}

    assert len(made) == 1_000
    assert all(str(uuid.UUID(each)) == each for each in made)
    assert {uuid.UUID(each).version for each in made} == {4}
    assert {uuid.UUID(each).variant for each in made} == {uuid.RFC_4122}
