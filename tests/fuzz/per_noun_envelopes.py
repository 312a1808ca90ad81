"""Damaged per-noun envelopes, and whether strict reading and the user's per-noun schemas say the same about them.

    python -m fuzz.per_noun_envelopes [--count N] [--seed S] [--only I] [--show N]

from the folder ``tests``. ``CIMBUS_SCHEMA_PATH`` names folders, which are searched for per-noun schemas. These are
compiled in a temporary folder with two changes, so that only envelopes are compared: nouns hold whatever they hold, and
content of wildcards is checked laxly.
"""

from __future__ import annotations

import functools
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
from lxml import etree

from cimbus.interface.envelope import NAMESPACE

from . import envelopes

COMMON = (NAMESPACE, "http://www.iec.ch/TC57/2011/schema/message")
_IMPORT = re.compile(r"<xs:import\s[^>]*>")
_TARGET = re.compile(r'targetNamespace="([^"]+)"')
_STUB = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{uri}" elementFormDefault="qualified">'
    "{elements}</xs:schema>"
)
_ANY = (
    '<xs:element name="{}"><xs:complexType mixed="true"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" '
    'processContents="skip"/></xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType></xs:element>'
)
HEADER = envelopes.HEADER.replace("m-1", "0" * 8 + "-0000-4000-8000-" + "0" * 12).replace(
    "c-1", "0" * 8 + "-0000-4000-8000-" + "1" * 12
)


class Schema(msgspec.Struct, frozen=True):
    """One per-noun schema: its namespace, its text, what it says of names, and its compiled form."""

    uri: str
    common: str
    text: str
    roots: dict[str, str]
    nouns: dict[str, str]
    compiled: etree.XMLSchema


@functools.cache
def schemas() -> dict[str, Schema]:
    """Return the per-noun schemas that ``CIMBUS_SCHEMA_PATH`` names, by path."""
    found: dict[str, Schema] = {}
    for place in filter(None, os.environ.get("CIMBUS_SCHEMA_PATH", "").split(os.pathsep)):
        for file in sorted(Path(place).rglob("*Message.xsd")):
            text = file.read_text()
            target = _TARGET.search(text)
            common = next((uri for uri in COMMON if f'namespace="{uri}"' in text), "")
            if target is not None and target[1] not in COMMON and common and 'ResponseMessage"' in text:
                found[str(file)] = _schema(file, text, target[1], common)
    return found


def _schema(file: Path, text: str, uri: str, common: str) -> Schema:
    prefixes = dict(re.findall(r'xmlns:(\w+)="([^"]+)"', text))
    nouns = {name: prefixes[prefix] for prefix, name in re.findall(r'<xs:element ref="(\w+):(\w+)"', text)}
    kinds = ("RequestMessageType", "ResponseMessageType", "EventMessageType", "FaultMessageType")
    roots = {
        name: next(kind for kind in kinds if kind in base).removesuffix("Type")
        for name, base in re.findall(r'<xs:element name="(\w+)" type="tns:(\w+MessageType)"/>', text)
    }
    with tempfile.TemporaryDirectory() as folder:
        for index, place in enumerate(_IMPORT.findall(text)):
            wanted = re.search(r'namespace="([^"]+)"', place)
            at = re.search(r'schemaLocation="([^"]+)"', place)
            assert wanted is not None
            assert at is not None
            if wanted[1] == common:
                part = (file.parent / at[1]).read_text().replace('processContents="strict"', 'processContents="lax"')
                part = re.sub(r"<xs:import\s[^>]*xmldsig[^>]*>", "", part)
            else:
                elements = "".join(_ANY.format(name) for name, ns in nouns.items() if ns == wanted[1])
                part = _STUB.format(uri=wanted[1], elements=elements)
            Path(folder, f"{index}.xsd").write_text(part)
            text = text.replace(place, re.sub(r'schemaLocation="[^"]+"', f'schemaLocation="{index}.xsd"', place))
        main = Path(folder, "main.xsd")
        main.write_text(text)
        compiled = etree.XMLSchema(etree.parse(str(main)))
    return Schema(uri=uri, common=common, text=text, roots=roots, nouns=nouns, compiled=compiled)


def documents(schema: Schema) -> list[bytes]:
    """Return envelopes that are valid against a schema, several for each of its roots."""
    made = [each for name, kind in schema.roots.items() for each in _of_root(schema, name, kind)]
    return [each for each in made if schema.compiled.validate(etree.fromstring(each))]


def _of_root(schema: Schema, name: str, kind: str) -> Iterator[bytes]:
    asks = "Queries" in name or name.startswith("Get")
    query = next((noun for noun in schema.nouns if noun.startswith("Get") or noun.endswith("Queries")), None)
    noun = next((noun for noun in schema.nouns if noun != query), query)
    header = _prefixed(HEADER, ("Header",))
    request = _prefixed(envelopes.REQUEST, ("Request", "StartTime", "EndTime", "Option", "ID"))
    request = request.replace(envelopes.EXTENSION, "")
    if asks:
        request = re.sub(r"<p:ID [^>]*>", "<p:ID>", request)
    inner = _noun(schema, query if asks and query else noun)
    requests = ("", request.replace("</p:Request>", f"{inner}</p:Request>"), f"<p:Request>{inner}</p:Request>")
    body = _noun(schema, noun)
    sets = envelopes.SET.removeprefix("<Payload>").partition("<Format>")[0]
    sets = re.sub("(</?)OperationSet>", r"\1p:OperationSet>", sets)
    rest = "<p:Compressed>JVBERg==</p:Compressed><p:Format>PDF</p:Format>"
    payloads = (
        "",
        *(f"<p:Payload>{each}</p:Payload>" for each in (body, body + rest, body + sets + rest, sets + rest)),
    )
    reply = _prefixed(envelopes.REPLY, ("Reply",))
    areas = {
        "RequestMessage": [header + one + two for one in requests for two in payloads],
        "EventMessage": [header + each for each in payloads],
        "ResponseMessage": [header + reply + each for each in payloads],
        "FaultMessage": [reply],
    }[kind]
    for each in areas:
        yield f'<p:{name} xmlns:p="{schema.uri}" xmlns="{schema.common}">{each}</p:{name}>'.encode()


def _noun(schema: Schema, name: str | None) -> str:
    # empty: what a registered noun holds is checked by its class
    return f'<n:{name} xmlns:n="{schema.nouns[name]}"/>' if name else ""


def _prefixed(area: str, names: tuple[str, ...]) -> str:
    """Put the area, and its children of these names, into the root's namespace."""
    root = etree.fromstring(f'<x xmlns="" xmlns:p="p">{area}</x>')
    for node in (root[0], *root[0]):
        if etree.QName(node).localname in names:
            node.tag = "{p}" + etree.QName(node).localname
    text = etree.tostring(root[0]).decode()
    return text.replace(' xmlns:p="p"', "").replace(' xmlns=""', "")


def is_known(schema: Schema, document: etree._Element, why: str, message: str) -> str:
    """Return why a disagreement is none of strict reading's, empty if it is one. This is the whole list.

    Public copies of the schemas differ from one another, and strict reading accepts what one of them accepts:

    - older copies have the common RequestType in their requests, and so children of the common namespace, or none;
      children of the root's namespace are foreign content to them, and not looked at;
    - one copy has several nouns in its payload, the others one;
    - one copy wants Timestamp, MessageID and CorrelationID in a header, and of UUIDs;
    - one copy calls the type of an OperationSet in the reply to a query OperationType, which is another type;
    - a noun's namespace is its schema's, and what xsi:nil may be on it: strict reading goes by its name;
    - what is in a noun is not compared: here its schema is a stub, and strict reading checks registered ones.
    """
    own = f"{{{schema.uri}}}"
    if why:
        inside = any(f"/{noun}/" in why for noun in schema.nouns)
        if inside or "not typed" in why or "of the class" in why:
            return "a noun's content"
        if "OperationSet" in why + message and schema.uri.rpartition("/")[2].startswith("Get"):
            return "another type"
        if "/Request/" in why and 'name="Request" type="msg:RequestType"' in schema.text:
            return "an older request"
        return "libxml2" if envelopes.is_known(document, why, (own, f"{{{schema.common}}}")) else ""
    requests = document.findall(f"{own}Request")
    if any(not any(str(child.tag).startswith(own) for child in request) for request in requests):
        return "an older request"
    areas = [*document.findall(f"{own}Payload"), *requests]
    names = [etree.QName(child) for area in areas for child in area if etree.QName(child).localname in schema.nouns]
    if any(sum(etree.QName(child).localname in schema.nouns for child in area) > 1 for area in areas):
        return "several nouns"
    if any(name.namespace != schema.nouns[name.localname] for name in names):
        return "the namespace of a noun"
    if "XMLSchema-instance}nil" in message or "nillable" in message:
        return "a noun's attribute"
    if any(name in message for name in ("Timestamp", "MessageID", "CorrelationID")):
        return "mandatory in one copy"
    return "another type" if "operationId" in message or "OperationSet" in message else ""


def disagreement(seed: int, index: int, schema: Schema, bases: list[bytes]) -> str:
    """Return how strict reading and the schema differ on one mutant, empty if they agree."""
    data = mutant(seed, index, bases)
    found = envelopes.verdicts(data, schema.compiled)
    if found is None:
        return ""
    valid, why = found
    message = "" if valid else str(schema.compiled.error_log[0].message)
    if valid == (not why) or is_known(schema, etree.fromstring(data), why, message):
        return ""
    return f"{index}: schema {'accepts' if valid else 'refuses: ' + message[:200]}; strict: {why or 'accepts'}"


def mutant(seed: int, index: int, bases: list[bytes]) -> bytes:
    """Return one mutant."""
    random = Random(f"per-noun/{bases[0][:80]!r}/{seed}/{index}")
    return envelopes.mutated(random, random.choice(bases))


def main() -> int:
    """Run what the command line says."""
    given = envelopes.arguments("python -m fuzz.per_noun_envelopes")
    several = schemas()
    if not several:
        print("CIMBUS_SCHEMA_PATH names no per-noun schema")
        return 2
    failed = 0
    for name, schema in several.items():
        bases = documents(schema)
        for index in range(given.count) if given.only is None else (given.only,):
            if found := disagreement(given.seed, index, schema, bases):
                failed += 1
                if failed <= given.show:
                    print(found)
                if given.only is not None:
                    print(mutant(given.seed, index, bases).decode())
        print(f"{Path(name).name}: {len(bases)} valid, {given.count} mutants, {failed} disagreements so far")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
