"""Tables of tags by namespace: bounded in number and in the length of what they keep."""

from __future__ import annotations

from cimbus.interface.codecs.cache import MAX_LENGTH
from cimbus.interface.codecs.xml.tag_names import TagNames


def test_a_table_is_kept_for_each_namespace() -> None:
    tables = TagNames(("a", "b"))

    assert tables["{urn:x}"].get("{urn:x}b") == "b"
    assert tables["{urn:x}"] is tables["{urn:x}"]
    assert tables["{urn:x}"].get("{urn:y}b") is None


def test_tables_are_bounded() -> None:
    tables = TagNames(("a",))
    for number in range(1_000):
        assert tables[f"{{urn:{number}}}"].get(f"{{urn:{number}}}a") == "a"
    long = "{" + "u" * 10_000 + "}"

    assert tables[long].get(f"{long}a") == "a"
    assert tables[long].get(f"{long}b") is None
    assert tables[long].get("{urn:x}a") is None
    assert len(tables) <= 64
    assert max(map(len, tables)) <= MAX_LENGTH
