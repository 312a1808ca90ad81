"""What cannot be expressed is refused with file and line; what is not checked is listed."""

from __future__ import annotations

import pytest

from cimbus import SchemaError
from cimbus.interface.xsd import describe, python_source
from interface.xsd.schemas import written


def noun(content: str, more: str = "") -> str:
    return f'<xs:element name="N">\n<xs:complexType {more}>\n{content}\n</xs:complexType></xs:element>'


def sequence(inside: str) -> str:
    return noun(f"<xs:sequence>{inside}</xs:sequence>")


A = '<xs:element name="a" type="xs:string"/>'
B = '<xs:element name="b" type="xs:string"/>'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (noun("", 'mixed="true"'), "mixed content"),
        (sequence(A + B + A), "two places of one sequence"),
        (sequence(f'<xs:choice>{A}<xs:element name="a" type="xs:int"/></xs:choice>'), "different types"),
        (sequence('<xs:element name="a" type="m:Nowhere"/>'), "there is no type m:Nowhere"),
        (sequence('<xs:element ref="m:nowhere"/>'), "there is no element"),
        (sequence('<xs:element name="a" form="unqualified" type="xs:string"/>'), "without a namespace"),
        (sequence('<xs:group ref="m:nowhere"/>'), "there is no group"),
        (noun(f'<xs:sequence>{A}</xs:sequence><xs:attribute name="a"/>'), "a is there twice"),
        ('<xs:import namespace="urn:y" schemaLocation="nowhere.xsd"/>', "there is no file"),
        ("<xs:redefine schemaLocation='x.xsd'/>", "redefine"),
        (
            sequence(f"<xs:choice><xs:sequence>{A}{B}</xs:sequence><xs:sequence>{B}{A}</xs:sequence></xs:choice>"),
            "order",
        ),
    ],
)
def test_what_cannot_be_expressed_is_an_error_with_file_and_line(tmp_path, body, text):
    path = written(tmp_path, "N", body)

    with pytest.raises(SchemaError, match=text) as caught:
        describe(path)

    assert caught.value.file == str(path)
    assert caught.value.line


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<?xml version='1.0'?><a/>", "not a schema"),
        ("<a", "no XML"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "entities"),
    ],
)
def test_what_is_no_schema_is_refused(tmp_path, content, text):
    path = tmp_path / "x.xsd"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(SchemaError, match=text):
        describe(path)


@pytest.mark.parametrize(
    ("inside", "warning"),
    [
        (f'<xs:sequence maxOccurs="unbounded">{A}{B}</xs:sequence>', "a, b are repeated as a group"),
        (f'<xs:sequence minOccurs="0">{A}{B}</xs:sequence>', "stand together or not at all"),
        (
            (
                f"<xs:choice><xs:sequence>{A}{B}</xs:sequence><xs:sequence>{A}"
                '<xs:element name="c" type="xs:string"/></xs:sequence></xs:choice>'
            ),
            "the choice between a, b, c is not checked",
        ),
        ('<xs:element name="any"/>', "allows anything"),
        (
            (
                '<xs:element name="p"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="\\p{IsGreek}"/>'  # noqa: E501
                "</xs:restriction></xs:simpleType></xs:element>"
            ),
            "the pattern is not checked",
        ),
    ],
)
def test_what_is_not_checked_is_listed_with_file_and_line(tmp_path, inside, warning):
    path = written(tmp_path, "N", sequence(inside))

    description = describe(path)

    assert any(each.startswith(f"{path}:") and warning in each for each in description.warnings)
    assert "Not checked" in python_source(description)
    assert str(tmp_path) not in python_source(description)


def test_types_of_one_name_that_differ_are_told_apart(tmp_path):
    first = written(tmp_path, "A", sequence('<xs:element name="x"><xs:complexType/></xs:element>'), "urn:test:A#")
    other = sequence(
        f'<xs:element name="x"><xs:complexType><xs:sequence>{A}</xs:sequence></xs:complexType></xs:element>'
    )
    second = written(tmp_path, "B", other.replace('name="N"', 'name="O"'), "urn:test:B#")

    description = describe(first, second)

    assert sorted(each.name for each in description.classes) == ["N", "O", "OX", "X"]
    assert describe(second, first).nouns[0].name == "O"


def test_a_schema_without_elements_says_so(tmp_path):
    with pytest.raises(SchemaError, match="no element that could be a noun"):
        describe(written(tmp_path, "types", "<xs:complexType name='T'/>"))
