"""Network models of our own."""

from __future__ import annotations

from collections.abc import Iterator

START = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cim="http://iec.ch/TC57/CIM100#"'
    ' xmlns:md="http://iec.ch/TC57/61970-552/ModelDescription/1#"'
    ' xmlns:dm="http://iec.ch/TC57/61970-552/DifferenceModel/1#">'
)
SAID = (
    "<md:Model.created>2026-03-01T12:00:00Z</md:Model.created>"
    "<md:Model.scenarioTime>2026-03-02T00:00:00</md:Model.scenarioTime>"
    "<md:Model.version>4</md:Model.version><md:Model.description>winter</md:Model.description>"
    "<md:Model.modelingAuthoritySet>http://tso.example/</md:Model.modelingAuthoritySet>"
    "<md:Model.profile>urn:p:eq</md:Model.profile><md:Model.profile>urn:p:op</md:Model.profile>"
    '<md:Model.DependentOn rdf:resource="urn:uuid:11"/><md:Model.Supersedes rdf:resource="urn:uuid:22"/>'
)
HEADER = f'<md:FullModel rdf:about="urn:uuid:33">{SAID}</md:FullModel>'
LINE = (
    '<cim:ACLineSegment rdf:ID="_s1"><cim:IdentifiedObject.name>North &amp; South</cim:IdentifiedObject.name>'
    "<cim:Conductor.length>5.250</cim:Conductor.length>"
    '<cim:Equipment.EquipmentContainer rdf:resource="#_l1"/></cim:ACLineSegment>'
)
FULL = f"{START}{HEADER}{LINE}<cim:Line rdf:about='urn:uuid:44'/></rdf:RDF>"
DIFFERENCE = f"""{START}<dm:DifferenceModel rdf:about="urn:uuid:55">{SAID}
  <dm:preconditions rdf:parseType="Statements"><rdf:Description rdf:about="#_x"/></dm:preconditions>
  <dm:reverseDifferences rdf:parseType="Statements">
    <rdf:Description rdf:about="#_s1"><cim:Conductor.length>5.250</cim:Conductor.length></rdf:Description>
  </dm:reverseDifferences>
  <dm:forwardDifferences rdf:parseType="Statements">
    <rdf:Description rdf:about="#_s1"><cim:Conductor.length>5.300</cim:Conductor.length></rdf:Description>
    {LINE.replace("_s1", "_s2")}
  </dm:forwardDifferences>
  <md:Model.comment>last</md:Model.comment>
</dm:DifferenceModel></rdf:RDF>"""


def pieces(count: int, header: str = HEADER) -> Iterator[bytes]:
    """Yield the octets of a model with so many objects."""
    yield f"{START}{header}".encode()
    for number in range(count):
        yield LINE.replace("_s1", f"_s{number}").encode()
    yield b"</rdf:RDF>"
