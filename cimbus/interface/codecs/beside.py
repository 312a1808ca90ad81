"""Where the elements that a message holds beside its areas are written: where they stood."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cimbus.interface.element import XmlElement
from cimbus.interface.model import FIRST, Extension

_AREAS = frozenset({"header", "request", "reply", "payload"})


def by_place(elements: Iterable[Extension], written: Collection[str]) -> dict[str, list[XmlElement]]:
    """Return elements by the area that they are written behind: ``FIRST`` before all, empty at the end.

    One that is called like an area comes behind all of them, or it would be taken for it.

    Args:
        elements: what stands beside the areas.
        written: the areas that are written.

    >>> trace = Extension(element=XmlElement("Trace", "urn:x"), after="Header")
    >>> list(by_place([trace], ["Header", "Payload"])), list(by_place([trace], ["Reply"]))
    (['Header'], [''])
    """
    found: dict[str, list[XmlElement]] = {}
    for each in elements:
        there = (each.after == FIRST or each.after in written) and each.element.name.lower() not in _AREAS
        found.setdefault(each.after if there else "", []).append(each.element)
    return found
