"""The face: what ``cimbus`` promises by name, and that it promises nothing it does not have."""

from __future__ import annotations

import ast
import importlib
import re
import types
from pathlib import Path

import pytest

import cimbus

PACKAGES = [
    "cimbus",
    "cimbus.nouns",
    "cimbus.codes",
    "cimbus.asyncapi",
    "cimbus.irm",
    "cimbus.readings",
    "cimbus.bench",
    "cimbus.interface.model",
    "cimbus.testing",
    "cimbus.testing.brokers",
    "cimbus.middleware.net",
    "cimbus_mqtt",
    "cimbus_kafka",
    "cimbus_jms",
    "cimbus_jms.stomp",
]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_promised_name_exists_once(package: str) -> None:
    module = importlib.import_module(package)

    assert len(module.__all__) == len(set(module.__all__))
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_the_names_marked_as_fixed_are_there() -> None:
    assert {"Bus", "Component", "Message", "decode", "decode_header", "encode"} <= set(cimbus.__all__)


def test_the_face_only_hands_names_on() -> None:
    tree = ast.parse(Path(cimbus.__file__).read_text(encoding="utf-8"))

    kinds = {type(node) for node in tree.body}

    assert kinds <= {ast.Expr, ast.ImportFrom, ast.Assign}


def test_every_error_is_a_cimbus_error_and_drawn_in_the_tree() -> None:
    errors = importlib.import_module("cimbus.errors")
    drawn = errors.__doc__ or ""

    found = [name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)]

    assert [name for name in found if not issubclass(getattr(errors, name), cimbus.CimbusError)] == []
    assert [name for name in found if name not in drawn] == []


@pytest.mark.parametrize(
    "package", ["cimbus", "cimbus.codes", "cimbus.interface.model", "cimbus.testing", "cimbus.testing.brokers"]
)
def test_every_public_class_and_function_shows_an_example(package: str) -> None:
    module = importlib.import_module(package)
    shown = (value for name in module.__all__ if isinstance(value := getattr(module, name), type | types.FunctionType))

    without = [value.__name__ for value in shown if not re.search(">>>|::", value.__doc__ or "")]

    assert without == []
