"""The names of qpid-proton that this transport uses: its Python classes, and below them its functions in C.

Rule: for each message the functions in C are called, since the classes cost several times as much (a benchmark compares
them); everything else goes through the classes. The functions are not public. ``PRIVATE`` lists **every private name of
proton that cimbus uses**, for the contract test that fails when proton changes one; only ``engine`` and ``links`` use
them.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

proton: Final[Any] = importlib.import_module("proton")  # Any: it is typed in parts only
cproton: Final[Any] = importlib.import_module("cproton")
lib: Final[Any] = cproton.lib
ffi: Final[Any] = cproton.ffi

PRIVATE: Final = {
    "proton": ("Delivery.wrap",),
    "cproton": (
        "lib",
        "ffi",
        "pn_delivery",
        *("PN_CONNECTION_REMOTE_OPEN", "PN_CONNECTION_REMOTE_CLOSE", "PN_SESSION_REMOTE_CLOSE"),
        *("PN_LINK_REMOTE_OPEN", "PN_LINK_REMOTE_CLOSE", "PN_LINK_REMOTE_DETACH", "PN_LINK_FLOW"),
        *("PN_DELIVERY", "PN_TRANSPORT_ERROR"),
    ),
    "lib": (
        *("pn_collector_peek", "pn_collector_pop", "pn_event_type", "pn_event_link", "pn_event_delivery"),
        *("pn_transport_push", "pn_transport_pending", "pn_transport_peek", "pn_transport_pop"),
        *("pn_link_credit", "pn_link_current", "pn_link_recv", "pn_link_send", "pn_link_advance", "pn_link_flow"),
        *("pn_delivery_link", "pn_delivery_updated", "pn_delivery_remote_state", "pn_delivery_settled"),
        *("pn_delivery_partial", "pn_delivery_readable", "pn_delivery_aborted", "pn_delivery_pending"),
        *("pn_delivery_update", "pn_delivery_settle", "pn_delivery_local", "pn_disposition_set_failed"),
    ),
    "ffi": ("NULL", "new", "from_buffer", "unpack"),
    "_impl": ("Collector", "Transport", "Link"),
}
"""By module; under ``_impl`` the classes whose objects have that attribute, which is what the functions in C take."""

Handle = Any
"""A delivery, as proton has it: a pointer, valid until it is settled or its connection ends."""


def symbols(*names: str) -> Any:
    """Return an AMQP array of symbols."""
    return proton.Array(proton.UNDESCRIBED, proton.Data.SYMBOL, *map(proton.symbol, names))
