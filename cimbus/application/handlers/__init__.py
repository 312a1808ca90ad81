"""What a handler sees, and how it runs on one bus or several.

``context.py``: ``Context``, its view of the buses, its message and the component's state · ``named_buses.py``: several
buses in one program · ``decorators.py``: the types of functions that may be handlers · ``running.py``: a component's
handlers and timers at work · ``status.py``: what can be seen of that.
"""

from __future__ import annotations

from .context import Context

__all__ = ["Context"]
