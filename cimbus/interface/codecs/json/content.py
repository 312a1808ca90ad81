"""The children of an element in JSON, in the order of the XML: by name, in ``#children``, and from ``#extensions``."""

from __future__ import annotations

from typing import Any, Final, cast

from cimbus.interface.model import FIRST

Json = Any
UNTYPED_MEMBER: Final = "#untyped"
"""A member that says: an element called like a noun is not to be read with the noun's class."""
Entry = tuple[str | None, Json, str | None]
"""A child's name and content, or None and a text; of an extension, the name of the child it came after."""


def named(key: str, item: Json, after: str | None = None) -> list[Entry]:
    """Return the children that a member stands for: several for an array, none for null.

    >>> named("a", ["1", None, "2"])
    [('a', '1', None), ('a', '2', None)]
    """
    several = as_list(item) if isinstance(item, list) else [item]
    return [(key, each, after) for each in several if each is not None]


def ordered(items: Json) -> list[Entry]:
    """Return the children and texts of ``#children``.

    >>> ordered(["text", {"a": "1"}])
    [(None, 'text', None), ('a', '1', None)]
    """
    entries: list[Entry] = []
    for item in as_list(items):
        if isinstance(item, dict):
            for key, value in cast("dict[str, Json]", item).items():
                entries += named(key, value)
        else:
            entries.append((None, item, None))
    return entries


def with_extensions(content: list[Entry], elements: Json) -> list[Entry]:
    """Return the content with extensions in their places, in one pass over both.

    >>> elements = [{"element": {"x": "1"}, "after": "a"}, {"element": {"y": "2"}, "after": "a"}]
    >>> [name for name, _, _ in with_extensions(named("a", "") + named("b", ""), elements)]
    ['a', 'x', 'y', 'b']
    """
    if not elements:
        return content
    last = {name: index for index, (name, _, _) in enumerate(content) if name is not None}
    behind: dict[int, list[Entry]] = {}
    for each in as_list(elements):
        extension = as_object(each)
        after = extension.get("after")
        after = after if isinstance(after, str) else ""
        # behind the last child of that name, or at the end; -1: before the first
        index = -1 if after == FIRST else last.get(after, len(content))
        after = after if after == FIRST or after in last else ""  # a place that there is
        for key, item in as_object(extension.get("element")).items():
            behind.setdefault(index, []).extend(named(key, item, after))
    made = behind.pop(-1, [])
    for index, entry in enumerate(content):
        made.append(entry)
        made += behind.pop(index, ())
    return made + behind.pop(len(content), [])


def as_object(value: Json) -> dict[str, Json]:
    """Return the members of what should be an object, none of what is not.

    >>> as_object({"a": 1}), as_object("text")
    ({'a': 1}, {})
    """
    return cast("dict[str, Json]", value) if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """Return a JSON array, and an empty list for anything else.

    >>> as_list([1, 2]), as_list("text")
    ([1, 2], [])
    """
    return [*value] if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]
