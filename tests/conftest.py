"""What every test module shares: each asynchronous test runs on both event loops, and the brokers.

The fixtures of the brokers are here and nowhere else: a package that imported them, too, would have brokers of its own.
"""

from __future__ import annotations

import logging

import pytest
from hypothesis import HealthCheck, settings

from cimbus.testing.brokers.fixtures import *  # noqa: F403

# no test is bound to a time that one example takes: another process may have the processor
settings.register_profile("cimbus", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cimbus")


@pytest.fixture(params=[pytest.param("asyncio", id="asyncio"), pytest.param("trio", id="trio")])
def anyio_backend(request):
    return request.param


@pytest.fixture(autouse=True)
def log_is_as_before():
    """A test that silences the log would let another one, which looks for a line, fail."""
    yield
    log = logging.getLogger("cimbus")
    assert (log.level, log.disabled, log.propagate, log.manager.disable) == (
        logging.NOTSET,
        False,
        True,
        logging.NOTSET,
    )
