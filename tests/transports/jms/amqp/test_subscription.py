"""What a subscription is to an AMQP broker."""

from __future__ import annotations

import pytest

from cimbus.interface.topic import Pattern
from cimbus.middleware.group import patterns_digest
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_jms.destinations import ARTEMIS_NAMING

from .support import spec

from cimbus_jms.amqp.consumer import name_of, source_of  # isort: skip


@pytest.mark.parametrize("durable", [False, True])
def test_a_group_is_a_shared_subscription_of_its_name_and_patterns(durable):
    wanted = spec("ctx", "team", durable=durable)
    source = source_of(wanted, ARTEMIS_NAMING)
    assert name_of(wanted) == f"team-ctx-{patterns_digest(wanted.patterns)}"
    assert (source.address, source.durable, source.selector) == ("CTX.#", durable, "")
    assert source.capabilities == ("topic", "shared", "global")


def test_a_private_one_has_a_name_of_its_own():
    wanted = spec("ctx")
    assert name_of(wanted) != name_of(wanted)
    assert source_of(wanted, ARTEMIS_NAMING).capabilities == ("topic",)


def test_several_patterns_are_one_source_with_a_selector():
    patterns = tuple(Pattern(context="ctx", key=key) for key in "ab")
    source = source_of(SubscriptionSpec(patterns=patterns), ARTEMIS_NAMING, "Area = 'north'")
    assert source.address == "CTX.#"
    assert source.selector.startswith("(Area = 'north') AND (")
    assert "Key = 'a'" in source.selector
