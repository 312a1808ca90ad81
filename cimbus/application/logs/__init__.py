"""Structured logs: each line that is logged in a handler names its message.

``fields.py``: what is known of the message that is handled where a line is logged · ``formatters.py``: a line as JSON,
or as text · ``setup.py``: what a program calls.
"""

from __future__ import annotations

from .fields import MessageFilter
from .formatters import JsonFormatter, TextFormatter
from .setup import setup_logging

__all__ = ["JsonFormatter", "MessageFilter", "TextFormatter", "setup_logging"]
