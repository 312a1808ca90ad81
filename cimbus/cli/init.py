"""``cimbus init NAME``: a small project that runs, with its test and what is needed to deploy it."""

from __future__ import annotations

import keyword
import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from . import exits
from .output import line, remark

TEMPLATES: Final = {
    "{module}.py": "component.py.txt",
    "test_{module}.py": "test_component.py.txt",
    "pyproject.toml": "pyproject.toml.txt",
    "cimbus.toml": "cimbus.toml.txt",
    "event.xml": "event.xml.txt",
    "README.md": "README.md.txt",
    "Dockerfile": "Dockerfile.txt",
    ".dockerignore": "dockerignore.txt",
    ".gitignore": "gitignore.txt",
    "deploy/{name}.service": "service.txt",
    "deploy/kubernetes.yaml": "kubernetes.yaml.txt",
}
"""The files of a project, and the templates that they are made from."""
MOST: Final = 40
"""The longest name: Kubernetes allows 63 characters, and adds some of its own behind it."""


@click.command("init")
@click.argument("name")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help="The folder; by default NAME, which is made."
)
def init_command(*, name: str, into: Path | None) -> int:
    """Write a small project: a component, its test, a Dockerfile, a systemd unit, Kubernetes manifests.

    Nothing that exists is overwritten.
    """
    names = names_of(name)
    folder = into or Path(name)
    made = {folder / path.format(**names): _filled(template, names) for path, template in TEMPLATES.items()}
    if there := [str(path) for path in made if path.exists()]:
        raise click.UsageError(
            f"{', '.join(there)} exists already, and nothing was written; give another NAME or --into"
        )
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        line(path)
    remark(f"next: cd {folder} && pip install -e '.[dev]' && pytest && cimbus run")
    return exits.OK


def names_of(name: str) -> dict[str, str]:
    """Return how a project is called in each place: as a module, a component, a variable, in Kubernetes.

    >>> names_of("Meter-Events")["module"], names_of("Meter-Events")["component"]
    ('meter_events', 'METER-EVENTS')

    Raises:
        click.UsageError: a module or a pod cannot be called so.
    """
    module = name.lower().replace("-", "_")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*", name) or len(name) > MOST:
        raise click.UsageError(f"{name!r} is no name: letters, digits, and - or _ between them, at most {MOST}")
    if keyword.iskeyword(module) or module in sys.stdlib_module_names or module == "cimbus":
        raise click.UsageError(f"{name!r} is the name of a part of Python or of cimbus; give the project another one")
    return {
        "name": name,
        "module": module,
        "component": name.upper(),
        "variable": module.upper(),
        "dns": name.lower().replace("_", "-"),
    }


def _filled(template: str, names: dict[str, str]) -> str:
    text = (files("cimbus.cli") / "templates" / template).read_text(encoding="utf-8")
    return re.sub(r"@([A-Z]+)@", lambda found: names[found[1].lower()], text)
