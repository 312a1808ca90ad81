"""The report of a load: one HTML file that needs no network, and shows nothing that is not in the JSON."""

from __future__ import annotations

from .page import report_page

__all__ = ["report_page"]
