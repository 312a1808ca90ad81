"""What the extra ``bench`` installs, imported where it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cimbus.errors import MissingExtraError


def needed(module: str) -> Any:
    """Return a module of the extra ``bench``.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(f"cimbus bench needs {module}: pip install 'cimbus[bench]'") from error
