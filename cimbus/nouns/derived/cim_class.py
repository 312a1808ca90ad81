"""The namespace of profiles of our own, and the classes of the CIM that they are made of."""

from __future__ import annotations

from typing import Final

from cimbus.interface.model import ModelReference

NAMESPACE: Final = "urn:cimbus:derived:2026:"
"""Followed by the noun and ``#``. Not an IEC one, on purpose: no published profile must be mistaken for it."""
CIM: Final = "http://iec.ch/TC57/CIM100#"


def cim_class(name: str, **inherited: str) -> ModelReference:
    """Return the reference to a class of the CIM.

    Args:
        name: the class.
        inherited: by class that it extends, the fields that are that class's, separated by spaces.

    >>> cim_class("Meter", IdentifiedObject="mRID Names").of("mRID")
    'http://iec.ch/TC57/CIM100#IdentifiedObject.mRID'
    """
    fields = {field: f"{cls}.{field}" for cls, fields in inherited.items() for field in fields.split()}
    return ModelReference(f"{CIM}{name}", fields)
