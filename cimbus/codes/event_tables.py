"""What the codes of events and controls mean, type.domain.subDomain.eventOrAction.

The labels are what public programs and vendors' documents say of codes, in our words. Most come from one head-end,
which also sent numbers of an earlier scheme, so a table of one's own may take their place. ``TYPES``, ``DOMAINS`` and
``ACTIONS`` are inferred from those codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EVENT_LABELS: Final[Mapping[str, str]] = {
    "2.31.0.18": "connect a distributed energy resource",
    "2.31.0.23": "disconnect a distributed energy resource",
    "3.2.0.28": "power loss cleared",
    "3.2.0.85": "power loss",
    "3.2.22.28": "battery low: cleared",
    "3.2.22.150": "battery low",
    "3.7.19.242": "test mode started",
    "3.7.19.243": "test mode stopped",
    "3.7.22.4": "communication card on its backup battery",
    "3.7.22.19": "communication card's backup battery inactive",
    "3.8.0.215": "demand reset",
    "3.9.83.159": "meter program is not the expected one",
    "3.11.63.161": "operation not supported by device or firmware",
    "3.12.0.257": "tamper attempt",
    "3.12.17.257": "tamper: meter inverted",
    "3.12.48.28": "polarity or reverse energy: cleared",
    "3.12.48.219": "polarity, cross phase or reverse energy",
    "3.12.93.28": "tamper: cleared",
    "3.12.93.219": "reverse rotation",
    "3.12.136.38": "command sent without the privilege",
    "3.12.136.85": "command failed repeatedly",
    "3.18.72.28": "non-volatile memory error cleared",
    "3.18.72.79": "non-volatile memory error",
    "3.18.72.85": "non-volatile memory failed",
    "3.18.85.28": "RAM error cleared",
    "3.18.85.79": "RAM error",
    "3.18.85.85": "RAM failed",
    "3.18.92.28": "ROM error cleared",
    "3.18.92.79": "ROM error",
    "3.18.92.85": "ROM failed",
    "3.21.3.28": "system error cleared",
    "3.21.3.79": "system error",
    "3.21.18.79": "self-check error",
    "3.21.38.223": "voltage sag ended",
    "3.21.38.248": "voltage swell ended",
    "3.21.43.223": "voltage sag of a phase ended",
    "3.21.43.248": "voltage swell of a phase ended",
    "3.21.67.28": "measurement error cleared",
    "3.21.67.79": "measurement error",
    "3.21.82.28": "signal processor error cleared",
    "3.21.82.79": "signal processor error",
    "3.23.17.139": "too many traps in a time limit",
    "3.23.136.47": "access point lost its radio link",
    "3.23.136.85": "link handshake failed",
    "3.26.0.47": "power down",
    "3.26.0.216": "power up",
    "3.26.38.37": "under-voltage cleared",
    "3.26.38.47": "low potential",
    "3.26.38.73": "over-voltage cleared",
    "3.26.38.93": "over-voltage",
    "3.26.38.150": "under-voltage",
    "3.26.136.47": "last gasp: communication card lost power",
    "3.26.136.66": "power failed while last gasp is disabled",
    "3.26.136.216": "communication card has power again",
    "3.31.0.18": "connect the service",
    "3.31.0.23": "disconnect the service",
    "3.31.1.143": "load-side voltage on a disconnected meter",
    "3.35.0.28": "temperature high: cleared",
    "3.35.0.40": "temperature limit exceeded",
    "3.36.0.79": "clock error",
    "3.36.114.73": "time lost",
    "3.36.114.159": "data with a time in the future",
    "3.36.136.73": "meter needs its time set",
    "3.36.136.79": "time synchronisation failed",
    # numbers of what seems to be an earlier scheme
    "3.18.1.199": "RAM failed",
    "3.18.1.220": "ROM failed",
    "3.21.1.79": "measurement error",
    "3.21.1.173": "non-volatile memory failed",
    "3.21.17.28": "self-check error",
    "3.22.12.243": "test mode stopped",
    "3.22.19.242": "test mode started",
    "3.25.17.3": "energy polarity call-in",
    "3.26.17.185": "power outage",
    "3.26.17.216": "power up",
    "3.33.1.219": "reverse rotation",
    "3.33.1.257": "tamper attempt",
    "3.36.1.29": "clock error",
    "3.38.1.139": "polarity, cross phase or reverse energy",
}
"""Words by code."""

TYPES: Final[Mapping[int, str]] = {0: "any device", 2: "distributed energy resource", 3: "electric meter"}

DOMAINS: Final[Mapping[int, str]] = {
    2: "battery or supply",
    7: "configuration",
    8: "demand",
    9: "meter program",
    11: "firmware",
    12: "security",
    18: "memory",
    21: "metrology",
    23: "network",
    26: "power",
    31: "service switch",
    35: "temperature",
    36: "clock",
}

ACTIONS: Final[Mapping[int, str]] = {
    18: "connect",
    23: "disconnect",
    28: "cleared",
    47: "lost or down",
    79: "error",
    85: "failed",
    93: "high",
    150: "low",
    215: "reset",
    216: "restored or up",
    219: "reversed",
    242: "test mode started",
    243: "test mode stopped",
    257: "tamper detected",
}

CONTROL_LABELS: Final[Mapping[str, str]] = {
    code: EVENT_LABELS[code] for code in ("2.31.0.18", "2.31.0.23", "3.31.0.18", "3.31.0.23")
}
"""Words by code of a control: those that public programs send as EndDeviceControlType."""
