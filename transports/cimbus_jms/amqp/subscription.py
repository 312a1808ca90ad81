"""What an intake is to an AMQP broker: one source, and the name of the link to it. Pure.

Rules: what an intake hears is one subscription (``cimbus_jms.selecting``). A group is a shared subscription of its
name, global to the broker (capabilities ``shared`` and ``global``): its members have nothing else in common.
"""

from __future__ import annotations

import uuid

from cimbus.naming import Naming
from cimbus.transport import Intake
from cimbus_jms.selecting import covering, selector_of

from .ends import Source


def source_of(intake: Intake, naming: Naming, selector: str = "") -> Source:
    """Return what to listen to; ``selector`` is the user's own, and holds besides ours."""
    return Source(
        address=naming.filter(covering(intake.patterns)),
        capabilities=("topic", "shared", "global") if intake.group else ("topic",),
        durable=intake.durable,
        selector=selector_of(intake.patterns, naming, selector),
    )


def name_of(intake: Intake) -> str:
    """Return the name of the subscription: the group's, or one that nobody else has."""
    return intake.group or f"cimbus-{uuid.uuid4().hex}"
