"""The order of children in JSON."""

from __future__ import annotations

from cimbus.interface.codecs.json.content import named, ordered, with_extensions


def names(elements: object, *content: str) -> list[str | None]:
    return [name for name, _, _ in with_extensions([each for key in content for each in named(key, "")], elements)]


def extension(name: str, after: object) -> dict[str, object]:
    return {"element": {name: "1"}, "after": after}


def test_extensions_stand_behind_the_last_child_of_the_name_in_their_own_order() -> None:
    elements = [extension(f"x{i}", after) for i, after in enumerate(("b", "^", "a", "b", "^", "", "none", 5))]

    assert names(elements, "a", "a", "b", "c") == ["x1", "x4", "a", "a", "x2", "b", "x0", "x3", "c", "x5", "x6", "x7"]


def test_what_is_no_list_of_extensions_is_ignored() -> None:
    for elements in (None, 5, {"a": 1}, [1, "x", [], {"element": 5}, {}]):
        assert names(elements, "a", "b") == ["a", "b"]


def test_ordered_content_has_texts_and_children() -> None:
    assert ordered(["a", {"b": ["1", None], "c": "2"}, 3, None]) == [
        (None, "a", None),
        ("b", "1", None),
        ("c", "2", None),
        (None, 3, None),
        (None, None, None),
    ]
    assert ordered("text") == []
