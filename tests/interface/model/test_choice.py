"""What can be declared as a choice."""

from __future__ import annotations

import pytest

from cimbus import Cim
from cimbus.interface.model import AtLeastOne, choice, spec_of


@pytest.mark.parametrize("names", [(), ("A",), ("A", "A"), ("A", ("B", "A"))])
def test_a_choice_is_between_different_children(names):
    with pytest.raises(ValueError, match="two or more different"):
        choice(*names)


def test_a_choice_of_what_is_no_child_is_refused():
    class Wrong(Cim):
        choices = (choice("a", "b"),)
        a: str | None = None

    with pytest.raises(TypeError, match="Wrong: the choice names b"):
        spec_of(Wrong)


def test_a_child_in_a_choice_may_be_missing():
    class Wrong(Cim):
        choices = (choice("a", "b"),)
        a: str
        b: AtLeastOne[str]

    with pytest.raises(TypeError, match=r"Wrong\.a is in a choice and so may be missing"):
        spec_of(Wrong)


def test_a_child_in_a_repeated_choice_is_a_list():
    class Wrong(Cim):
        choices = (choice("a", "b", repeated=True),)
        a: str | None = None
        b: list[str] = []

    with pytest.raises(TypeError, match=r"Wrong\.a is in a choice that may be repeated"):
        spec_of(Wrong)


def test_a_child_is_in_one_choice():
    class Wrong(Cim):
        choices = (choice("a", "b"), choice("b", "c"))
        a: str | None = None
        b: str | None = None
        c: str | None = None

    with pytest.raises(TypeError, match=r"Wrong\.b is in two choices"):
        spec_of(Wrong)
