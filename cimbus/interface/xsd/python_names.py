"""Names of schemas as names in Python: fields and members of enumerations."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from typing import Final

from cimbus.interface.model import Cim, CimEnum

TYPES: Final = {
    "string": "str",
    "dateTime": "DateTime",
    "date": "Date",
    "time": "Time",
    "duration": "Duration",
    "decimal": "Decimal",
    "float": "Float",
    "integer": "int",
    "boolean": "bool",
}
"""By kind, the type of a field."""
_USED: Final = {
    *TYPES.values(),
    *("Annotated", "Attribute", "AttributeOf", "AtLeastOne", "Cim", "CimEnum", "Meta", "ModelReference", "Text"),
    *("TextOf", "TYPE_CHECKING", "choice", "facets", "list", "noun", "annotations", "simple_type"),
}
"""Names that a generated module uses: a field or class of that name would hide them."""
_FIELDS: Final = frozenset({*_USED, *dir(Cim), "choices", "model_reference", "wildcard", "extensions"})
_MEMBERS: Final = frozenset({*dir(str), *dir(CimEnum), "name", "value", "known", "mro"})
_SYMBOLS: Final = {"+": "plus", "%": "percent", "°": "deg", "-": "minus", "*": "times"}


def field_name(name: str) -> str:
    """Return the name of a field: the child's, unless Python or the module needs that for something else.

    >>> field_name("mRID"), field_name("class"), field_name("Float"), field_name("unit.name")
    ('mRID', 'class_', 'Float_', 'unit_name')
    """
    made = re.sub(r"\W", "_", name).lstrip("_") or "field"
    if not made[0].isalpha():
        made = f"field_{made}"
    return f"{made}_" if keyword.iskeyword(made) or made in _FIELDS else made


def is_hidden(name: str) -> bool:
    """Return whether a class cannot have a name, since the module uses it.

    >>> is_hidden("Decimal"), is_hidden("Meter")
    (True, False)
    """
    return name in _USED or keyword.iskeyword(name)


def member_names(values: Iterable[str]) -> dict[str, str]:
    """Return the names of an enumeration's members, with the values that they stand for.

    >>> member_names(["in", "mg/l", "2", "", "count"])
    {'in_': 'in', 'mg_l': 'mg/l', 'value_2': '2', 'empty': '', 'count_': 'count'}
    """
    found: dict[str, str] = {}
    for value in values:
        text = _SYMBOLS.get(value, value)
        name = re.sub(r"\W", "_", text, flags=re.ASCII).strip("_") or ("value" if value else "empty")
        if not name[0].isalpha():
            name = f"value_{name}"
        if keyword.iskeyword(name) or name in _MEMBERS:
            name = f"{name}_"
        number, unique = 2, name
        while unique in found:
            unique, number = f"{name}_{number}", number + 1
        found[unique] = value
    return found
