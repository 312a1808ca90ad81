"""What the parser of network models takes up, and what it bounds."""

from __future__ import annotations

import pytest

from cimbus import Limits, UnsafeError
from cimbus.codecs.rdf import RdfObject, read_model
from cimbus.interface.codecs.rdf import parser
from interface.codecs.rdf.documents import START


def objects(document: str, **more: Limits) -> list[RdfObject]:
    return list(read_model(document.encode(), **more))


def test_a_blank_node_is_referred_to_and_an_attribute_is_a_property_without_identity_too():
    (line,) = objects(
        f'{START}<cim:Line rdf:ID="_1"><cim:Line.a rdf:nodeID="b1"/>'
        '<cim:Line.b><cim:Address cim:Address.town="Bonn"/></cim:Line.b></cim:Line></rdf:RDF>'
    )

    assert line.resources("Line.a") == ("_:b1",)
    (address,) = line.properties[1].content
    assert address.value("Address.town") == "Bonn"


@pytest.mark.parametrize(
    "content",
    [
        '<cim:L rdf:ID="_{n}" cim:a{n}="1"/>',
        '<cim:L rdf:ID="_1"><cim:p rdf:parseType="Literal"><cim:b{n}/></cim:p></cim:L>',
        '<cim:L rdf:ID="_1"><cim:p rdf:resource="#x"><cim:c{n}/></cim:p></cim:L>',
        '<cim:L rdf:ID="_1"><cim:p cim:d{n}="1">v</cim:p></cim:L>',
    ],
)
def test_all_names_that_a_parser_keeps_are_counted(content, monkeypatch):
    monkeypatch.setattr(parser, "_MOST_NAMES", 50)
    with pytest.raises(UnsafeError, match="different names"):
        objects(START + "".join(content.replace("{n}", str(number)) for number in range(60)) + "</rdf:RDF>")


def test_the_header_of_a_difference_model_is_bounded_and_made_once_for_its_parts(monkeypatch):
    made = []
    real = parser.header_of
    monkeypatch.setattr(parser, "header_of", lambda *given: (made.append(1), real(*given))[1])
    part = '<md:Model.DependentOn rdf:resource="a"/><dm:forwardDifferences/>'
    document = f"{START}<dm:DifferenceModel>{part * 30}</dm:DifferenceModel></rdf:RDF>"

    with read_model(document.encode()) as model:
        assert list(model) == []
        assert len(model.header.DependentOn) == 30

    assert len(made) == 2
    with pytest.raises(UnsafeError, match="max_nodes"):
        objects(document, limits=Limits(max_nodes=20))
