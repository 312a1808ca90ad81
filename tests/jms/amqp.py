"""What the AMQP tests share: the transport, if proton is there, and a peer that knows AMQP but not cimbus."""

from __future__ import annotations

import os

import pytest

from cimbus.errors import MissingExtraError

try:
    from cimbus_jms.amqp import AmqpTransport
except MissingExtraError as exc:
    if os.environ.get("CI", "").lower() in ("true", "1"):
        raise
    pytest.skip(f"NOT TESTED: {exc}", allow_module_level=True)

__all__ = ["AmqpTransport"]
