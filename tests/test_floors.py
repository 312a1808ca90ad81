"""Imports point down: the house's floors, held by its own syntax trees.

A module imports from lower floors and from its own package only; imports for type checkers count like all others.
"""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

import cimbus

FLOORS = [
    {"errors", "element", "topic", "delivery", "tasks", "retry"},
    {"model", "naming", "matcher", "lanes", "codes"},
    {"envelope", "nouns", "frame"},
    {"message", "transport"},
    {"codecs", "deadletters", "handled"},
    {"wire", "net", "once"},
    {"discovery", "memory", "sqlite", "subscription", "requests"},
    {"replybox"},
    {"bus"},
    {"answer"},
    {"handler"},
    {"component", "bridge", "testing"},
    {""},  # cimbus/__init__.py
    {"cli"},
    {"__main__"},
]
"""From the ground up: names of modules and packages of cimbus."""

LEVEL = {name: level for level, floor in enumerate(FLOORS) for name in floor}
HOME = Path(cimbus.__file__).parent
PLUGINS = ["cimbus_mqtt", "cimbus_kafka", "cimbus_jms"]
FOR_PLUGINS = {"errors", "topic", "delivery", "tasks", "naming", "matcher", "frame", "transport", "net"}
SERIALIZERS = {"lxml", "orjson"}
MAY_SERIALIZE = {"codecs", "cli"}


def imported(file: Path, package: str) -> set[tuple[str, ...]]:
    """Return the absolute dotted names that a file imports, as tuples."""
    names: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {tuple(alias.name.split(".")) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            full = importlib.util.resolve_name(base, package) if node.level else base
            if full == "cimbus":  # from cimbus import x: x may be a module, or a name of the face
                names |= {("cimbus", alias.name) if alias.name in LEVEL else ("cimbus", "") for alias in node.names}
            else:
                names.add(tuple(full.split(".")))
    return names


def modules(home: Path, name: str) -> list[tuple[Path, str]]:
    """Return (file, package) of all modules below a package."""
    found = []
    for file in sorted(home.rglob("*.py")):
        parts = file.relative_to(home).parts[:-1]
        found.append((file, ".".join((name, *parts))))
    return found


def floor_of(file: Path) -> str:
    """Return which name of FLOORS a file belongs to."""
    first = file.relative_to(HOME).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


@pytest.mark.parametrize(("file", "package"), modules(HOME, "cimbus"), ids=lambda x: str(x).rpartition("cimbus/")[2])
def test_a_module_imports_from_lower_floors_only(file: Path, package: str) -> None:
    own = floor_of(file)

    upward = {
        ".".join(name)
        for name in imported(file, package)
        if name[0] == "cimbus" and (*name, "")[1] != own and LEVEL[(*name, "")[1]] >= LEVEL[own]
    }

    assert upward == set()


def test_every_module_has_a_floor() -> None:
    assert {floor_of(file) for file, _ in modules(HOME, "cimbus")} == set(LEVEL)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_transport_sees_only_what_is_for_transports(plugin: str) -> None:
    spec = importlib.util.find_spec(plugin)
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent

    seen = {
        (*name, "")[1]
        for file, package in modules(home, plugin)
        for name in imported(file, package)
        if name[0] == "cimbus"
    }

    assert seen <= FOR_PLUGINS


def test_the_core_knows_no_transport() -> None:
    seen = {name[0] for file, package in modules(HOME, "cimbus") for name in imported(file, package)}

    assert not {name for name in seen if name.startswith("cimbus_")}


def test_only_codecs_import_a_serializer() -> None:
    users = {
        floor_of(file)
        for file, package in modules(HOME, "cimbus")
        if SERIALIZERS & {name[0] for name in imported(file, package)}
    }

    assert users <= MAY_SERIALIZE
