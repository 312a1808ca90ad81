"""What is public of the payloads of Edition 2: nouns substitute an abstract payload, and a Transaction may be there.

A noun's root type extends ``AbstractPayloadType``, and its root element substitutes ``AbstractPayload``; so a noun may
also come as an ``AbstractPayload`` with its type in ``xsi:type`` (XML Schema part 1, 3.3.4). The structure of a
Transaction is not public.
"""

from __future__ import annotations

from typing import Any, Final

from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import EDITION_2
from cimbus.interface.model import find_exact, find_named

from .decode_context import DecodeContext
from .source import Node, local_name, namespace
from .walker import read_any

_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"


def is_transaction(node: Node) -> bool:
    """Return whether a child of a payload area is the Transaction of Edition 2, and no noun.

    >>> from lxml import etree
    >>> is_transaction(etree.fromstring("<Transaction xmlns='urn:x'/>"))
    False
    """
    return local_name(node) == "Transaction" and namespace(node) == EDITION_2


def read_abstract(node: Node, context: DecodeContext) -> Any:
    """Read an ``AbstractPayload``: as the noun that its type is where that is registered and fits, else as it is.

    >>> from lxml import etree
    >>> import cimbus.nouns
    >>> payload = etree.fromstring(
    ...     "<AbstractPayload xmlns:m='http://iec.ch/TC57/2011/MeterReadings#' xsi:type='m:MeterReadings' "
    ...     "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/>"
    ... )
    >>> type(read_abstract(payload, DecodeContext())).__name__
    'MeterReadings'
    """
    tag, said = node.tag, node.get(_TYPE, "")
    prefix, _, kind = said.strip().rpartition(":")
    uri = node.nsmap.get(prefix or None, "")
    names = (kind, kind.removesuffix("Type"))
    name = next((each for each in names if find_exact(each, uri) is not None or find_named(each)), "")
    if name:
        mark = context.mark()
        node.tag = f"{{{uri}}}{name}" if uri else name
        del node.attrib[_TYPE]
        value = read_any(node, context)
        if not isinstance(value, XmlElement):
            context.note(node, f"an AbstractPayload of the type {kind}: read as that noun")
            return value
        context.forget(mark)
        node.tag = tag
        node.set(_TYPE, said)
    return context.elements.read(node)
