"""Which class and attribute of the CIM a declared class and its fields stand for (``sawsdl:modelReference``)."""

from __future__ import annotations

import msgspec


class ModelReference(msgspec.Struct, frozen=True):
    """The class of the CIM that a declared class stands for.

    Attributes:
        uri: of the class; its last part, behind ``#``, is the class's name.
        fields: by field, the attribute or role (``"IdentifiedObject.mRID"``) where that is not the class's own of the
            field's name; empty if there is none.

    >>> meter = ModelReference("http://iec.ch/TC57/CIM#Meter", {"mRID": "IdentifiedObject.mRID"})
    >>> meter.of("mRID"), meter.of("serialNumber")
    ('http://iec.ch/TC57/CIM#IdentifiedObject.mRID', 'http://iec.ch/TC57/CIM#Meter.serialNumber')
    """

    uri: str
    fields: dict[str, str] = {}

    def of(self, field: str) -> str:
        """Return the URI of the attribute or role that a field stands for; empty if there is none.

        >>> ModelReference("urn:cim#Meter", {"local": ""}).of("local")
        ''
        """
        base, _, name = self.uri.rpartition("#")
        attribute = self.fields.get(field, f"{name}.{field}")
        return f"{base}#{attribute}" if attribute else ""
