"""Children that exclude one another (xs:choice)."""

from __future__ import annotations

import msgspec


class Choice(msgspec.Struct, frozen=True):
    """One choice among children of a class, named as in XML.

    Attributes:
        alternatives: each the names of the children that stand together in it, most often one.
        required: whether one of them has to be there (minOccurs 1).
        repeated: whether it may be made again and again (maxOccurs unbounded). The children are lists then; the order
            in which different ones were read is kept, and written again.

    >>> choice("PanDisplay", "PanPricing")
    Choice(alternatives=(('PanDisplay',), ('PanPricing',)), required=False, repeated=False)
    """

    alternatives: tuple[tuple[str, ...], ...]
    required: bool = False
    repeated: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All children that take part.

        >>> choice("Meter", ("EndDevice", "Asset")).names
        ('Meter', 'EndDevice', 'Asset')
        """
        return tuple(name for names in self.alternatives for name in names)


def choice(*alternatives: str | tuple[str, ...], required: bool = False, repeated: bool = False) -> Choice:
    """Declare a choice: ``choices = (choice("PanDisplay", "PanPricing"),)`` in the class.

    Args:
        alternatives: a child's name, or a tuple of the names of children that stand together.
        required: whether one of them has to be there.
        repeated: whether it may be made again and again.

    Raises:
        ValueError: fewer than two alternatives, or a name stands twice.

    >>> from cimbus import Cim
    >>> class Device(Cim):
    ...     choices = (choice("Meter", "Gateway", required=True),)
    ...     Meter: str | None = None
    ...     Gateway: str | None = None
    >>> Device(Meter="m-1").choices[0].required
    True
    """
    made = Choice(
        tuple((each,) if isinstance(each, str) else each for each in alternatives), required=required, repeated=repeated
    )
    if len(alternatives) < 2 or len(set(made.names)) != len(made.names):
        raise ValueError(f"a choice is between two or more different children, not {alternatives}")
    return made
