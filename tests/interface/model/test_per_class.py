"""Work done once per class."""

from __future__ import annotations

from cimbus.interface.model import per_class


def test_a_function_is_called_once_for_each_class():
    calls = []
    name = per_class(lambda cls: calls.append(cls) or cls.__name__)

    assert [name(int), name(str), name(int)] == ["int", "str", "int"]
    assert calls == [int, str]
