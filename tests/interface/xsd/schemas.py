"""Schemas of our own that use what the generator knows."""

from __future__ import annotations

from pathlib import Path

OUTAGE = "urn:test:Outages#"

COMMON = """
<xs:complexType name="Name">
  <xs:sequence>
    <xs:element name="name" type="xs:string"/>
    <xs:element name="NameType" type="m:NameType" minOccurs="0"/>
  </xs:sequence>
</xs:complexType>
<xs:complexType name="NameType">
  <xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence>
</xs:complexType>
"""

DEVICES = """
<xs:element name="DeviceConfig" type="m:DeviceConfig"/>
<xs:complexType name="DeviceConfig">
  <xs:sequence>
    <xs:choice maxOccurs="unbounded">
      <xs:element name="Meter" type="m:Meter"/>
      <xs:element name="EndDevice" type="m:EndDevice"/>
      <xs:element name="note" type="xs:string"/>
    </xs:choice>
    <xs:element name="day" type="xs:date" minOccurs="0"/>
    <xs:element name="clock" type="xs:time" minOccurs="0"/>
    <xs:element name="Unit" type="m:UnitKind" minOccurs="0" maxOccurs="unbounded"/>
    <xs:group ref="m:Limits"/>
    <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence>
</xs:complexType>
<xs:group name="Limits">
  <xs:sequence>
    <xs:element name="percent" type="m:Percent" minOccurs="0"/>
    <xs:choice minOccurs="0">
      <xs:element name="fixed" type="xs:float"/>
      <xs:sequence>
        <xs:element name="low" type="xs:decimal"/>
        <xs:element name="high" type="xs:decimal" minOccurs="0"/>
      </xs:sequence>
    </xs:choice>
  </xs:sequence>
</xs:group>
<xs:complexType name="EndDevice" s:modelReference="urn:cim#EndDevice">
  <xs:sequence>
    <xs:element name="mRID" type="m:UUID" minOccurs="0" s:modelReference="urn:cim#IdentifiedObject.mRID"/>
    <xs:element name="class" type="xs:string" minOccurs="0" s:modelReference="urn:cim#EndDevice.class"/>
    <xs:element name="Names" type="m:Name" minOccurs="0" maxOccurs="3"/>
  </xs:sequence>
  <xs:attributeGroup ref="m:Marks"/>
</xs:complexType>
<xs:attributeGroup name="Marks">
  <xs:attribute name="mark" type="xs:boolean" use="required"/>
  <xs:attribute name="lang" type="xs:language"/>
</xs:attributeGroup>
<xs:complexType name="Meter">
  <xs:complexContent>
    <xs:extension base="m:EndDevice">
      <xs:sequence>
        <xs:element name="form" type="xs:string" default="none" minOccurs="0"/>
        <xs:element name="multiplier" nillable="true" type="xs:int"/>
        <xs:element name="rating" minOccurs="0">
          <xs:complexType>
            <xs:simpleContent>
              <xs:extension base="xs:decimal">
                <xs:attribute name="unit" type="m:UnitKind" use="required"/>
                <xs:attribute name="digits" type="xs:unsignedByte"/>
              </xs:extension>
            </xs:simpleContent>
          </xs:complexType>
        </xs:element>
        <xs:element name="Reference" minOccurs="0">
          <xs:complexType><xs:attribute name="ref" type="xs:string"/></xs:complexType>
        </xs:element>
        <xs:element name="nothing" minOccurs="0"><xs:complexType/></xs:element>
        <xs:element name="Meter" type="m:Meter" minOccurs="0"/>
      </xs:sequence>
    </xs:extension>
  </xs:complexContent>
</xs:complexType>
<xs:simpleType name="UUID">
  <xs:restriction base="xs:string"><xs:pattern value="[0-9a-f]{4}-[\\d]{2}"/></xs:restriction>
</xs:simpleType>
<xs:simpleType name="Percent">
  <xs:restriction base="xs:integer"><xs:minInclusive value="0"/><xs:maxInclusive value="100"/></xs:restriction>
</xs:simpleType>
<xs:simpleType name="UnitKind">
  <xs:restriction base="xs:string">
    <xs:enumeration value="in"/><xs:enumeration value="mg/l"/><xs:enumeration value="o&amp;m"/>
    <xs:enumeration value="2"/><xs:enumeration value="count"/>
  </xs:restriction>
</xs:simpleType>
"""

OUTAGES = """
<xs:element name="Outages">
  <xs:complexType><xs:sequence>
    <xs:element ref="m:Outage" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType>
</xs:element>
<xs:element name="Outage">
  <xs:complexType><xs:sequence>
    <xs:element name="mRID" type="xs:string" minOccurs="0"/>
    <xs:element name="Names" type="m:Name" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="UsagePoint" minOccurs="0">
      <xs:complexType><xs:sequence>
        <xs:element name="mRID" type="xs:string" minOccurs="0"/>
      </xs:sequence></xs:complexType>
    </xs:element>
  </xs:sequence></xs:complexType>
</xs:element>
"""

QUERY = """
<xs:element name="GetOutages">
  <xs:complexType><xs:sequence>
    <xs:element name="Outages" minOccurs="0" maxOccurs="unbounded">
      <xs:complexType><xs:sequence><xs:element name="mRID" type="xs:string"/></xs:sequence></xs:complexType>
    </xs:element>
  </xs:sequence></xs:complexType>
</xs:element>
"""


def schema(body: str, namespace: str = OUTAGE, more: str = 'elementFormDefault="qualified"') -> str:
    """Return a schema document around declarations; ``m`` is its prefix."""
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:m="{namespace}" targetNamespace="{namespace}"'
        f' xmlns:s="http://www.w3.org/ns/sawsdl" {more}>{body}</xs:schema>'
    )


def written(folder: Path, name: str, body: str, namespace: str = OUTAGE, **more: str) -> Path:
    """Write a schema into a folder; return its path."""
    path = folder / f"{name}.xsd"
    path.write_text(schema(body, namespace, **more), encoding="utf-8")
    return path
