"""What public copies of the profiles declare: identity."""

from __future__ import annotations

SHAPES: list[tuple[str, str, str]] = [
    (
        "CIMIdentities",
        "http://www.epri.com/2016/CIMIdentities#",
        """
CIMIdentities = CIMIdentity+:CIMIdentity
CIMIdentity = IdentifiedObject:IdentifiedObject Names+:Name
IdentifiedObject = mRID
Name = name NameType:NameType
NameType = description name NameTypeAuthority:NameTypeAuthority
NameTypeAuthority = description name
""",
    ),
    (
        "CIMIdentitiesQueries",
        "http://iec.ch/TC57/2016/CIMIdentitiesQueries#",
        """
CIMIdentitiesQueries = EndDeviceGroup*:EndDeviceGroup
EndDeviceGroup = mRID? Names*:Name
Name = name NameType?:NameType
NameType = description? name NameTypeAuthority?:NameTypeAuthority
NameTypeAuthority = description? name
""",
    ),
]
