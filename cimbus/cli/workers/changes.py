"""Which files of a program have changed: for ``--reload``."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from cimbus.errors import MissingExtraError


async def changed_files(folder: Path) -> AsyncGenerator[list[str]]:
    """Yield the names of Python and TOML files below a folder each time that some have changed.

    Raises:
        MissingExtraError: watchfiles is not installed.
    """
    try:
        from watchfiles import PythonFilter, awatch
    except ImportError as error:
        raise MissingExtraError("--reload needs watchfiles; install it with: pip install 'cimbus[reload]'") from error
    async with aclosing(awatch(folder, watch_filter=PythonFilter(extra_extensions=(".toml",)))) as found:
        async for changes in found:
            yield sorted({str(Path(path).relative_to(folder)) for _, path in changes})
