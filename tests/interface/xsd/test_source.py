"""Texts of a schema stay texts: generated source is run by ``load_profile``."""

from __future__ import annotations

import ast
import sys

import pytest

import cimbus
from cimbus import SchemaError
from cimbus.interface.xsd import describe, python_source

CALL = "sys.modules.setdefault('generated_code_ran', sys)"
ENDS = ['""";import sys;%s;"""', "\\", '"', "''';import sys;%s;'''", "\n%s\n", '\\""";import sys;%s #']


@pytest.mark.parametrize("end", ENDS)
def test_no_text_of_a_schema_becomes_code(end, tmp_path):
    text = (end % CALL if "%s" in end else end).replace("&", "&amp;").replace('"', "&quot;").replace("\n", "&#10;")
    path = tmp_path / "Hostile.xsd"
    path.write_text(f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
        xmlns="urn:test:Hostile#" targetNamespace="urn:test:Hostile#"
        xmlns:sawsdl="http://www.w3.org/ns/sawsdl">
      <xs:import namespace="urn:{text}" schemaLocation="http://example.org/{text}"/>
      <xs:element name="Hostile"><xs:complexType><xs:sequence>
        <xs:element name="mRID" type="xs:string" default="{text}" minOccurs="0"
            sawsdl:modelReference="urn:cim{text}#Hostile.mRID{text}"/>
        <xs:element name="kind" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
          <xs:enumeration value="{text}"/>
          <xs:enumeration value="a{text}b"/></xs:restriction></xs:simpleType></xs:element>
        <xs:element name="odd" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
          <xs:pattern value="\\p{{Is{text}}}"/></xs:restriction></xs:simpleType></xs:element>
      </xs:sequence></xs:complexType></xs:element></xs:schema>""")

    try:
        source = python_source(describe(path), title=f"Of {text}")
    except cimbus.CimbusError:
        return  # refused
    calls = [ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert not {"sys.modules.setdefault", "setdefault"} & set(calls)
    cimbus.load_profile(path)
    assert "generated_code_ran" not in sys.modules


@pytest.mark.parametrize("name", [f"Z({CALL} or WO): #", "a b", "a:b", "2nd", ""])
@pytest.mark.parametrize("where", ["element", "complexType"])
def test_what_is_no_name_is_refused(name, where, tmp_path):
    names = {"element": "Works", "complexType": "WO", where: name}
    path = tmp_path / "Named.xsd"
    path.write_text(f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:test:NoName#"
        targetNamespace="urn:test:NoName#">
      <xs:complexType name="{names["complexType"]}"><xs:sequence>
        <xs:element name="{names["element"]}" type="xs:string"/></xs:sequence></xs:complexType>
      <xs:element name="Works" type="{names["complexType"]}"/></xs:schema>""")

    with pytest.raises(SchemaError, match="is no name") as caught:
        cimbus.load_profile(path)
    assert caught.value.line in (3, 4)
    assert "generated_code_ran" not in sys.modules


@pytest.mark.parametrize("name", ["Work-Orders", "class"])
def test_a_second_noun_of_a_type_has_a_name_of_python(name, tmp_path):
    path = tmp_path / "Named.xsd"
    path.write_text(f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
        xmlns="urn:test:Named#" targetNamespace="urn:test:Named#">
      <xs:complexType name="WO"><xs:sequence><xs:element name="mRID" type="xs:string"/></xs:sequence></xs:complexType>
      <xs:element name="Works" type="WO"/><xs:element name="{name}" type="WO"/></xs:schema>""")

    classes = [each for each in ast.parse(python_source(describe(path))).body if isinstance(each, ast.ClassDef)]

    assert len({each.name for each in classes}) == len(classes)
    cimbus.load_profile(path)
    assert "generated_code_ran" not in sys.modules
