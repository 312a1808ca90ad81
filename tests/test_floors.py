"""Imports point down: the floors of cimbus, checked on its own syntax trees.

A module imports from lower floors and from its own package only; imports for type checkers count like all others.
"""

from __future__ import annotations

import ast
import importlib.util
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import cimbus

FLOORS = [
    {"errors", "codes"},
    {"irm", "interface"},  # IEC 61968-1, 4: who says what to whom | 5.4: what is said
    {"nouns", "middleware", "codecs"},  # 5.4: typed payloads | 5.5: how it travels
    {"application", "readings"},  # 5.3: who says and handles it; the plug-ins of ``transports/`` stand here
    {"bridge", "testing", "asyncapi"},
    {"", "bench"},  # cimbus/__init__.py | what measures it, as its users use it
    {"cli"},
    {"__main__"},
]
"""From the ground up: names of modules and packages of cimbus."""

MOST_FLOORS = 9
"""The list must not grow to fit the code; a ninth floor may be needed for the reference model (IEC 61968-1, 5.2)."""
MOST_FLOORS_INSIDE = {"interface": 7, "middleware": 7, "application": 7}
"""The longest chain of imports between the parts of one package."""

LEVEL = {name: level for level, floor in enumerate(FLOORS) for name in floor}
HOME = Path(cimbus.__file__).parent
PLUGINS = ["cimbus_mqtt", "cimbus_kafka", "cimbus_jms"]
FOR_PLUGINS = {"errors", "interface.topic", "middleware"}
SERIALIZERS = {"lxml", "orjson"}
MAY_SERIALIZE = {"interface.codecs", "interface.xsd", "cli"}


@cache
def imported(file: Path, package: str) -> frozenset[str]:
    """Return the absolute dotted names that a file imports; of ``from m import x``, m.x where that is a module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            full = importlib.util.resolve_name(base, package) if node.level else base
            names |= {f"{full}.{alias.name}" if is_module(f"{full}.{alias.name}") else full for alias in node.names}
    return frozenset(names)


def is_module(name: str) -> bool:
    """Return whether a dotted name below ``cimbus`` is a module or a package."""
    root, *parts = name.split(".")
    path = HOME.joinpath(*parts)
    return root == "cimbus" and (path.is_dir() or path.with_suffix(".py").is_file())


def modules(home: Path, name: str) -> list[tuple[Path, str]]:
    """Return (file, package) of all modules below a package."""
    found = []
    for file in sorted(home.rglob("*.py")):
        parts = file.relative_to(home).parts[:-1]
        found.append((file, ".".join((name, *parts))))
    return found


def part_of(name: str, depth: int = 1) -> str:
    """Return the first ``depth`` levels of a dotted name below ``cimbus``."""
    return ".".join(name.split(".")[1 : 1 + depth])


def name_of(file: Path) -> str:
    """Return the dotted name of a file of cimbus."""
    parts = file.relative_to(HOME.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def ours(file: Path, package: str) -> set[str]:
    """Return what a file imports of cimbus."""
    return {name for name in imported(file, package) if name.split(".")[0] == "cimbus"}


@pytest.mark.parametrize(("file", "package"), modules(HOME, "cimbus"), ids=lambda x: str(x).rpartition("cimbus/")[2])
def test_a_module_imports_from_lower_floors_only(file: Path, package: str) -> None:
    own = part_of(name_of(file))

    upward = {
        name for name in ours(file, package) if part_of(name) != own and LEVEL[part_of(name)] >= LEVEL[own]
    }  # fmt: skip

    assert upward == set()


def test_every_module_has_a_floor() -> None:
    assert {part_of(name_of(file)) for file, _ in modules(HOME, "cimbus")} == set(LEVEL)


def test_there_are_few_floors() -> None:
    assert len(FLOORS) <= MOST_FLOORS


@pytest.mark.parametrize("package", MOST_FLOORS_INSIDE)
def test_the_parts_of_a_package_stand_on_few_floors_without_a_circle(package: str) -> None:
    graph: dict[str, set[str]] = {}
    for file, within in modules(HOME / package, f"cimbus.{package}"):
        own = part_of(name_of(file), 2)
        if own != package:  # the package's __init__ hands names on
            below = {part_of(name, 2) for name in ours(file, within) if part_of(name) == package}
            graph.setdefault(own, set()).update(below - {own, package})

    order = TopologicalSorter(graph)
    order.prepare()  # raises CycleError
    floors = 0
    while order.is_active():
        floors += 1
        order.done(*order.get_ready())

    assert floors <= MOST_FLOORS_INSIDE[package]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_transport_sees_only_what_is_for_transports(plugin: str) -> None:
    spec = importlib.util.find_spec(plugin)
    assert spec is not None
    assert spec.origin is not None

    seen = {name for file, package in modules(Path(spec.origin).parent, plugin) for name in ours(file, package)}

    assert {name for name in seen if not {part_of(name), part_of(name, 2)} & FOR_PLUGINS} == set()


def test_the_core_knows_no_transport() -> None:
    seen = {name.split(".")[0] for file, package in modules(HOME, "cimbus") for name in imported(file, package)}

    assert not {name for name in seen if name.startswith("cimbus_")}


def test_only_codecs_import_a_serializer() -> None:
    users = {
        name_of(file)
        for file, package in modules(HOME, "cimbus")
        if SERIALIZERS & {name.split(".")[0] for name in imported(file, package)}
    }

    assert {name for name in users if not {part_of(name), part_of(name, 2)} & MAY_SERIALIZE} == set()
