"""Attributes and texts of a class that are not plain strings, and values that facets limit: called by walkers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cimbus.interface.codecs.inexact import InexactError
from cimbus.interface.model import Facets

from .decode_context import Attributes, DecodeContext
from .source import Node


def read_simple(
    node: Node, context: DecodeContext, read: Mapping[str, Any], text: str, extra: Attributes, *, key: str
) -> tuple[Any, Attributes]:
    """Read an attribute, or the text of a type with attributes; an attribute without a value of its kind is kept.

    Args:
        node: the element that has it.
        context: the state of decoding.
        read: what reads a text of its kind; may raise ``ValueError`` or ``InexactError``.
        text: the text.
        extra: what is kept of the element so far.
        key: the attribute's name; empty for the text, which the walker keeps.

    Returns the value, None if the text has none, and what is kept.

    >>> from lxml import etree
    >>> from cimbus.interface.codecs.cache import BoundedCache
    >>> node = etree.fromstring("<value count='many'/>")
    >>> read_simple(node, DecodeContext(), BoundedCache(int), "many", None, key="count")
    (None, {'count': 'many'})
    """
    try:
        return read[text], extra
    except (ValueError, InexactError) as error:
        value = context.inexact(node, error)
        if value is None and key:
            extra = {**(extra or {}), key: text}
        return value, extra


def check_facets(node: Node, context: DecodeContext, value: object, facets: Facets) -> None:
    """Refuse a value outside its facets; called in strict reading alone.

    >>> from lxml import etree
    >>> context = DecodeContext(strict=True)
    >>> check_facets(etree.fromstring("<percent>120</percent>"), context, 120, Facets(le="100"))
    >>> str(context.problems[0])
    'percent: 120 is more than 100'
    """
    if (refusal := facets.refusal(value)) and not isinstance(value, bool):
        context.refuse(node, refusal)
