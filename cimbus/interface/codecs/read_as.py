"""A noun read as another version of it: by the class of another namespace."""

from __future__ import annotations

from typing import TypeVar

from cimbus.errors import DecodeError
from cimbus.interface.element import XmlElement
from cimbus.interface.model import Cim, noun_of

from .bare_noun import encode_noun
from .limits import DEFAULT_LIMITS
from .xml.decode_context import DecodeContext
from .xml.source import parse
from .xml.walker import read_noun

C = TypeVar("C", bound=Cim)


def read_as(noun: Cim | XmlElement, cls: type[C]) -> C:
    """Return a noun as an instance of the class of another version; what that class has not is in its extensions.

    >>> from cimbus import XmlElement
    >>> from cimbus.nouns import MeterReadings
    >>> read_as(XmlElement("MeterReadings", "urn:of-2031"), MeterReadings).MeterReading
    []

    Raises:
        DecodeError: the class has nothing that the noun holds.
    """
    node = parse(encode_noun(noun, strict=False), DEFAULT_LIMITS)
    value = read_noun(node, DecodeContext(), noun_of(cls))
    if not isinstance(value, cls):
        raise DecodeError(f"the payload holds nothing that {cls.__name__} has")
    return value
