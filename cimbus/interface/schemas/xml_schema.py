"""A noun's declaration as an XML Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec

from cimbus.interface.model import Choice, ClassSpec, FieldSpec, Noun, SimpleType, is_abstract, spec_of, xsi_type_of

from .reachable import classes_of, enums_of
from .simple_types import BUILTIN, limits, simple_type_lines


def xml_schema(noun: Noun) -> str:
    """Return the XML Schema of a noun.

    A value that an enumeration does not list is refused by it, as by strict reading.

    >>> from cimbus.interface.model import noun_of
    >>> from cimbus.nouns import EndDeviceEvents
    >>> xml_schema(noun_of(EndDeviceEvents)).splitlines()[5].strip()
    '<xs:element name="EndDeviceEvents" type="m:EndDeviceEvents"/>'
    """
    return "\n".join(_Writer(noun).lines()) + "\n"


class _Writer:
    def __init__(self, noun: Noun) -> None:
        self._noun = noun
        self._classes = classes_of(noun.cls)
        self._enums = enums_of(noun.cls)
        taken = set(self._classes)
        self._names: dict[type[Any], str] = {cls: xsi_type_of(cls) or name for name, cls in self._classes.items()}
        for name, enum in self._enums.items():
            self._names[enum] = f"{name}Values" if name in taken else name
        self._referring = any(spec_of(cls).model_reference for cls in self._classes.values())

    def lines(self) -> Iterator[str]:
        uri = quoteattr(self._noun.namespace)
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        yield '    xmlns:sawsdl="http://www.w3.org/ns/sawsdl"' if self._referring else "   "
        yield f"    xmlns:m={uri}" if self._noun.namespace else "   "
        target = f" targetNamespace={uri}" if self._noun.namespace else ""
        yield f'   {target} elementFormDefault="qualified" attributeFormDefault="unqualified">'
        yield f"  <xs:element name={quoteattr(self._noun.name)} type={self._named(self._noun.cls)}/>"
        for cls in self._classes.values():
            yield from self._class(cls)
        for enum in self._enums.values():
            yield f'  <xs:simpleType name="{self._names[enum]}">'
            yield '    <xs:restriction base="xs:string">'
            yield from (f"      <xs:enumeration value={quoteattr(each.value)}/>" for each in enum)
            yield "    </xs:restriction>"
            yield "  </xs:simpleType>"
        yield "</xs:schema>"

    def _named(self, cls: type[Any]) -> str:
        return f'"{"m:" if self._noun.namespace else ""}{self._names[cls]}"'

    def _class(self, cls: type[Any]) -> Iterator[str]:
        spec = spec_of(cls)
        reference = f" sawsdl:modelReference={quoteattr(spec.model_reference)}" if spec.model_reference else ""
        abstract = ' abstract="true"' if is_abstract(cls) else ""
        yield f'  <xs:complexType name="{self._names[cls]}"{abstract}{reference}>'
        base = next((each for each in cls.__mro__[1:] if each in self._names), None) if xsi_type_of(cls) else None
        if spec.text is not None:
            yield from self._simple_content(spec, spec.text)
        elif base is None:
            yield from self._complex_content(spec)
        else:
            yield "    <xs:complexContent>"
            yield f"      <xs:extension base={self._named(base)}>"
            yield from self._complex_content(_beyond(spec, spec_of(base)))
            yield "      </xs:extension>"
            yield "    </xs:complexContent>"
        yield "  </xs:complexType>"

    def _complex_content(self, spec: ClassSpec) -> Iterator[str]:
        content = [*self._content(spec)]
        yield from ["    <xs:sequence>", *content, "    </xs:sequence>"] if content else []
        for field in spec.attributes:
            yield from self._attribute(field, "    ")

    def _simple_content(self, spec: ClassSpec, text: FieldSpec) -> Iterator[str]:
        base = self._named(text.type) if text.type is not None else f'"{BUILTIN[text.kind]}"'
        yield "    <xs:simpleContent>"
        yield f"      <xs:extension base={base}>"
        for field in spec.attributes:
            yield from self._attribute(field, "        ")
        yield "      </xs:extension>"
        yield "    </xs:simpleContent>"

    def _attribute(self, field: FieldSpec, space: str) -> Iterator[str]:
        use = ' use="required"' if field.required else ""
        yield from self._declared("attribute", field, use, space)

    def _content(self, spec: ClassSpec) -> Iterator[str]:
        elements = [field for field in spec.fields if field.place == "element"]
        names = [field.xml for field in elements]
        wildcard = '      <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'
        done: set[str] = set()
        for field in elements:
            if field.xml in done:
                continue
            made = next((each for each in spec.choices if field.xml in each.names), None)
            if made is not None and _together(made, names):
                yield from self._choice(made, {each.xml: each for each in elements})
                done.update(made.names)
            elif field.kind == "any":
                yield '      <xs:any namespace="##any" processContents="lax" minOccurs="0"/>'
            else:
                yield from self._element(field, "      ")
            if spec.wildcard and spec.wildcard in (field.xml, *done) and wildcard:
                yield wildcard
                wildcard = ""
        if spec.wildcard is not None and wildcard:
            yield wildcard

    def _choice(self, made: Choice, fields: dict[str, FieldSpec]) -> Iterator[str]:
        least = "" if made.required else ' minOccurs="0"'
        most = ' maxOccurs="unbounded"' if made.repeated else ""
        yield f"      <xs:choice{least}{most}>"
        for names in made.alternatives:
            single = len(names) == 1
            yield from [] if single else ["        <xs:sequence>"]
            for name in names:
                space = "        " if single else "          "
                once = made.repeated and single
                yield from self._element(fields[name], space, least=1 if single else None, once=once)
            yield from [] if single else ["        </xs:sequence>"]
        yield "      </xs:choice>"

    def _element(self, field: FieldSpec, space: str, *, least: int | None = None, once: bool = False) -> Iterator[str]:
        fewest = (field.least if field.many else int(field.required)) if least is None else least
        occurs = "" if fewest == 1 else f' minOccurs="{fewest}"'
        if field.many and not once:
            occurs += f' maxOccurs="{field.most if field.most is not None else "unbounded"}"'
        if field.facets.nillable:
            occurs += ' nillable="true"'
        yield from self._declared("element", field, occurs, space)

    def _declared(self, word: str, field: FieldSpec, more: str, space: str) -> Iterator[str]:
        facets = field.facets
        if facets.fixed is not None:
            more += f" fixed={quoteattr(facets.fixed)}"
        elif facets.default is not None:
            more += f" default={quoteattr(facets.default)}"
        if field.model_reference:
            more += f" sawsdl:modelReference={quoteattr(field.model_reference)}"
        base = self._named(field.type) if field.type is not None else f'"{BUILTIN[field.kind]}"'
        if facets.any_of or facets.items is not None or [*limits(facets)]:
            yield f"{space}<xs:{word} name={quoteattr(field.xml)}{more}>"
            part = SimpleType(kind=field.kind, facets=facets)
            yield from (f"{space}  {line}" for line in simple_type_lines(part, base))
            yield f"{space}</xs:{word}>"
            return
        yield f"{space}<xs:{word} name={quoteattr(field.xml)} type={base}{more}/>"


def _beyond(spec: ClassSpec, base: ClassSpec) -> ClassSpec:
    """Return what a class has beyond the one that it extends."""
    wildcard = None if base.wildcard is not None else spec.wildcard
    return msgspec.structs.replace(
        spec,
        fields=spec.fields[len(base.fields) :],
        choices=tuple(each for each in spec.choices if each not in base.choices),
        wildcard=wildcard,
    )


def _together(made: Choice, names: list[str]) -> bool:
    """Return whether the children of a choice stand in the class as one run, in the order of the choice."""
    first = names.index(made.names[0])
    return tuple(names[first : first + len(made.names)]) == made.names
