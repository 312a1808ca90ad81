"""Warns of a handler for a noun that its component's business function would not usually receive.

The reference model is imported where a component says its function; most components do not.
"""

from __future__ import annotations

import warnings
from typing import Any, Final

from cimbus.interface.model import find_class

_DECLARATION: Final = 4
"""Calls from here up to the line that declares the handler: this function, ``_decorator``, ``on``, that line."""


def code_of_function(code: str) -> str:
    """Return the code of a business function.

    Raises:
        ValueError: there is none.
    """
    from cimbus.irm import business_function

    return business_function(code).code


def usual_nouns(code: str) -> frozenset[str]:
    """Return the nouns that a business function would usually receive."""
    from cimbus.irm import nouns_heard_by

    return nouns_heard_by(code)


def warn_if_foreign(component: str, function: str, noun: type[Any] | str | None) -> None:
    """Warn if a noun belongs to other business functions, and carries nothing that this one reads.

    Args:
        component: the name of the component.
        function: the code of its business function.
        noun: what a handler is declared for; None (all nouns) and nouns of which nothing is known are foreign to none.
    """
    from cimbus.irm import all_noun_facts, business_function, is_foreign

    entry = find_class(noun) if isinstance(noun, type) else None
    name = entry.name if entry is not None else noun
    if not isinstance(name, str) or not is_foreign(name, function):
        return
    owners = next(facts.functions for facts in all_noun_facts() if facts.name == name)
    warnings.warn(
        f"{component} has the business function {function} ({business_function(function).name}), and {name} belongs to "
        f"{', '.join(owners)}: is the function right, or the noun?",
        UserWarning,
        stacklevel=_DECLARATION,
    )
