"""How ``cimbus run`` runs components."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cimbus.application.handlers.named_buses import DEFAULT

from .health.address import HttpAddress
from .output import shown


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How components are run.

    Attributes:
        urls: of the buses, by name.
        health: where health is served; None: nowhere.
        stuck_after: after how many seconds without progress a handler is stuck; 0: never.
        audit: the file of the audit trail; None: there is none.
        tracing: make OpenTelemetry spans.
        report_every: after how many seconds components report; None: as each of them says.
    """

    urls: Mapping[str, str]
    context: str | None
    strict: bool
    as_json: bool
    backend: str
    health: HttpAddress | None
    stuck_after: float
    audit: str | None
    tracing: bool
    report_every: float | None

    @property
    def where(self) -> str:
        """The buses, to be shown."""
        named = (f"{name}={shown(url)}" if name != DEFAULT else shown(url) for name, url in self.urls.items())
        return ", ".join(named)
