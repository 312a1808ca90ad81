"""The nouns have every child that the public copies of their profiles declare, in order, of the kind they give it.

In a shape, ``?`` is 0..1, ``*`` 0..n, ``+`` 1..n, nothing 1..1, ``@`` an attribute; after the colon stands the kind,
or a type of the same shape; xs:string where there is none. A class may be laxer, and may have optional children more.
"""

from __future__ import annotations

import re

import pytest

from cimbus.interface.model import all_nouns, find_exact, spec_of
from nouns import shapes_der, shapes_identity, shapes_metering_config, shapes_work

SHAPES = [*shapes_der.SHAPES, *shapes_identity.SHAPES, *shapes_metering_config.SHAPES, *shapes_work.SHAPES]
KINDS = {"dateTime", "date", "time", "duration", "decimal", "float", "integer", "boolean", "enum"}


def types_of(shape: str) -> dict[str, list[str]]:
    parts = re.split(r"(?:^|\s)(\S+) = ", shape)
    return {name: tokens.split() for name, tokens in zip(parts[1::2], parts[2::2], strict=True)}


def compare(cls: type, name: str, types: dict[str, list[str]], seen: set[tuple[type, str]]) -> None:
    if (cls, name) in seen:
        return
    seen.add((cls, name))
    fields = iter(spec_of(cls).fields)
    extra = []
    for token in types[name]:
        word, card, kind = re.fullmatch(r"(@?\w+)([?*+]?)(?::(\w+))?", token).groups()
        for field in fields:
            if field.xml == word.removeprefix("@"):
                break
            extra.append(field)
        else:
            pytest.fail(f"{cls.__name__} has no {word} in this place")
        assert (field.place == "attribute") == word.startswith("@"), (cls, word)
        assert field.many == (card in ("*", "+")), (cls, word)
        assert not field.required or card in ("", "+"), (cls, word)
        assert field.kind == ("string" if kind is None else kind if kind in KINDS else "class"), (cls, word)
        if field.kind == "class":
            compare(field.type, kind, types, seen)
    extra += fields
    assert [field.xml for field in extra if field.required] == [], cls


@pytest.mark.parametrize(("noun", "namespace", "shape"), SHAPES, ids=lambda x: x if re.fullmatch(r"\w+", x) else "")
def test_a_noun_has_what_public_copies_declare(noun, namespace, shape):
    entry = find_exact(noun, namespace)

    assert entry is not None
    assert entry.source in ("schema", "shape")
    compare(entry.cls, noun, types_of(shape), set())


def test_what_was_made_by_rules_of_our_own_says_so_and_is_in_a_namespace_of_ours():
    derived = [entry for entry in all_nouns() if entry.cls.__module__.startswith("cimbus.nouns.")]

    ours = {entry.name for entry in derived if entry.source == "derived"}
    assert {"UnplannedOutages", "AssetList", "SwitchingPlans", "TroubleTickets", "CustomerConfig"} <= ours
    reporting = {entry.name for entry in derived if entry.source == "cimbus"}
    assert reporting == {"ComponentReports", "GetComponentReports"}
    assert {entry.name for entry in derived if entry.namespace.startswith("urn:cimbus:")} == ours | reporting
    assert {entry.source for entry in derived} == {"schema", "shape", "sample", "derived", "cimbus"}
    outage = next(entry.cls for entry in derived if entry.name == "UnplannedOutages")
    item = spec_of(spec_of(outage).fields[0].type)
    assert item.model_reference == "http://iec.ch/TC57/CIM100#UnplannedOutage"
    assert {f.xml: f.model_reference.rpartition("#")[2] for f in item.fields}["communityDescriptor"] == (
        "Outage.communityDescriptor"
    )
