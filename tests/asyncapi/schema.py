"""The public JSON Schema of AsyncAPI 3.1, and what it does not check: that references lead somewhere."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

FILE = Path(__file__).parent.parent / "data" / "asyncapi-3.1.0.json"


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(json.loads(FILE.read_text(encoding="utf-8")))


def problems(document: dict[str, Any]) -> list[str]:
    """Return what is wrong with a document."""
    plain = json.loads(json.dumps(document))  # nothing but JSON is in it
    found = [f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(plain)]
    found += [f"{reference} leads nowhere" for reference in references(plain) if at(plain, reference) is None]
    for name, operation in plain["operations"].items():
        for part in filter(None, (operation, operation.get("reply"))):
            channel = f"{part['channel']['$ref']}/messages/"
            found += [f"{name}: {each}" for each in part["messages"] if not each["$ref"].startswith(channel)]
    return found


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for each in value.values() for found in references(each)]
    return [found for each in value for found in references(each)] if isinstance(value, list) else []


def at(document: Any, reference: str) -> Any:
    assert reference.startswith("#/"), reference
    for word in reference[2:].split("/"):
        if word not in document:
            return None
        document = document[word]
    return document


def payload_validator(document: dict[str, Any], message: str) -> Draft7Validator:
    """Return the validator of a message's JSON form."""
    assert message in document["components"]["messages"]
    reference = {"$ref": f"#/components/messages/{message}/payload"}
    return Draft7Validator({"allOf": [reference], "components": document["components"]})
