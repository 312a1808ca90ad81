"""The names of qpid-proton that this transport uses: its Python classes, and below them its functions in C.

Rule: per message the functions in C are called, since the classes cost several times as much; everything else goes
through the classes. Only ``engine`` and ``ends`` look here.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

proton: Final[Any] = importlib.import_module("proton")  # Any: it is typed in parts only
cproton: Final[Any] = importlib.import_module("cproton")
lib: Final[Any] = cproton.lib
ffi: Final[Any] = cproton.ffi

Handle = Any
"""A delivery, as proton has it."""


def symbols(*names: str) -> Any:
    """Return an array of symbols."""
    return proton.Array(proton.UNDESCRIBED, proton.Data.SYMBOL, *map(proton.symbol, names))
