"""What a shell offers for words of the command line: nouns, verbs, modules and their components.

Nothing is imported to find them but the nouns of modules that ``CIMBUS_IMPORT`` names; components are found in the
syntax tree of their module.
"""

from __future__ import annotations

import ast
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from cimbus.interface.envelope import Verb
from cimbus.interface.model import loaded_nouns
from cimbus.nouns.provided import PROVIDED

from .importing import VARIABLE, import_named

MOST_FILES: Final = 2_000
"""How many Python files are looked at for modules: a press of a key must not wait for a large tree."""


def complete_noun(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the nouns that begin with a text, those of ``CIMBUS_IMPORT`` included."""
    del context, parameter
    for name in filter(None, os.environ.get(VARIABLE, "").split(",")):
        with suppress(click.UsageError):
            import_named(name.strip())
    names = {entry.name for entry in loaded_nouns()}
    names.update(*PROVIDED.values())
    return sorted(name for name in names if name.lower().startswith(incomplete.lower()))


def complete_verb(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the verbs that begin with a text."""
    del context, parameter
    return [str(verb) for verb in Verb if str(verb).startswith(incomplete)]


def complete_module(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the modules of the working directory that begin with a text."""
    del context, parameter
    return sorted(name for name in modules_of(Path()) if name.startswith(incomplete))


def complete_component(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return what ``MODULE:COMPONENT`` may be: modules with a colon, and the components of one behind the colon.

    Bash takes the colon as a word of its own: what is behind it is then completed by itself.
    """
    given = context.params.get(parameter.name or "") or ()
    before = [given] if isinstance(given, str) else list(given)
    modules = modules_of(Path())
    if incomplete == ":" and before:
        return components_of(modules.get(before[-1]))
    if len(before) > 1 and before[-1] == ":":
        return [name for name in components_of(modules.get(before[-2])) if name.startswith(incomplete)]
    module, colon, attribute = incomplete.partition(":")
    if colon:
        found = components_of(modules.get(module))
        return [f"{module}:{name}" for name in found if name.startswith(attribute)]
    return [
        f"{name}:{component}"
        for name, path in sorted(modules.items())
        if name.startswith(incomplete)
        for component in components_of(path)
    ]


def modules_of(folder: Path) -> dict[str, Path]:
    """Return the modules below a folder by name: its files, and those of its packages."""
    found: dict[str, Path] = {}
    for count, path in enumerate(folder.glob("**/*.py")):
        if count >= MOST_FILES:
            break
        parts = path.relative_to(folder).with_suffix("").parts
        packages = [folder.joinpath(*parts[: end + 1]) for end in range(len(parts) - 1)]
        if all(part.isidentifier() for part in parts) and all((each / "__init__.py").is_file() for each in packages):
            found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return found


def components_of(path: Path | None) -> list[str]:
    """Return the names that a module gives to components, as in ``oms = Component("OMS")``."""
    try:
        tree = ast.parse(path.read_bytes()) if path else ast.Module(body=[], type_ignores=[])
    except (OSError, SyntaxError, ValueError):
        return []
    found: list[str] = []
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        function = value.func if isinstance(value, ast.Call) else None
        function = function.value if isinstance(function, ast.Subscript) else function  # Component[State](...)
        called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if called == "Component":
            found += [target.id for target in targets if isinstance(target, ast.Name)]
    return found
