"""How far a class fits an element: whether a noun in a namespace that is not registered can be typed.

What is counted are names. A child of another namespace counts as its class's own only if everything in that namespace
fits, since vendors add elements in namespaces of their own, and some of those are called as the standard's are.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import msgspec

from cimbus.interface.model import FieldSpec, per_class, spec_of

from .areas import tolerated
from .source import Node, local_name, namespace

_PACKAGE: Final = 2
"""Elements that a namespace has to have before it is taken for a package's: one may be a vendor's of the same name."""


class Fit(msgspec.Struct, frozen=True):
    """How far a class fits an element.

    Attributes:
        known, unknown: elements that the class knows, and elements that it does not (without what is in these).
        values: known elements with a value, in namespaces that any reader accepts.
        values_in_packages: the same in these and in ``packages``.
        packages: other namespaces in which everything is known.

    >>> Fit(known=3, unknown=1, values=2, values_in_packages=2).fits
    True
    """

    known: int
    unknown: int
    values: int
    values_in_packages: int
    packages: frozenset[str] = frozenset()

    @property
    def fits(self) -> bool:
        """Whether more of the element is known than not, and something in it is a value or nothing is unknown."""
        return self.known >= self.unknown and (self.values_in_packages > 0 or not self.unknown)


@per_class
def _fields(cls: type[Any]) -> dict[str, FieldSpec]:
    return {field.xml: field for field in spec_of(cls).fields if field.kind != "any"}


@per_class
def _fields_in_case(cls: type[Any]) -> dict[str, FieldSpec]:
    return {name.lower(): field for name, field in reversed(_fields(cls).items())}


def measure(node: Node, cls: type[Any], *, unordered: bool = False) -> Fit:
    """Count what a class knows of an element, down to its leaves.

    Args:
        node: the noun.
        cls: the class.
        unordered: the document was JSON, where attributes look like children.

    >>> from lxml import etree
    >>> from cimbus.nouns import MeterReadings
    >>> measure(etree.fromstring("<r><MeterReading><Meter><mRID>m</mRID></Meter></MeterReading></r>"), MeterReadings)
    Fit(known=3, unknown=0, values=1, values_in_packages=1, packages=frozenset())
    """
    known: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    values: Counter[str] = Counter()
    plain_values = 0
    todo: list[tuple[Node, type[Any], bool]] = [(node, cls, True)]
    while todo:
        parent, above, plain = todo.pop()
        uri = namespace(parent)
        exact, loose = _fields(above), _fields_in_case(above)
        for child in parent:
            name, found = local_name(child), namespace(child)
            field = exact.get(name) or loose.get(name.lower())
            if field is None or (field.place != "element" and not unordered):
                unknown[found] += 1
                continue
            inside = plain and tolerated(found, uri)
            valued = field.kind != "class" or bool(child.keys())
            known[found] += 1
            values[found] += valued
            plain_values += valued and inside
            if field.kind == "class" and field.type is not None:
                todo.append((child, field.type, inside))
    home = namespace(node)
    packages = frozenset(
        uri for uri in known if known[uri] >= _PACKAGE and not unknown[uri] and not tolerated(uri, home)
    )
    strange = sum(number for uri, number in known.items() if uri not in packages and not tolerated(uri, home))
    return Fit(
        known=known.total() - strange,
        unknown=unknown.total() + strange,
        values=plain_values,
        values_in_packages=sum(n for uri, n in values.items() if uri in packages or tolerated(uri, home)),
        packages=packages,
    )
