"""Every noun of the catalogue is a class, unless its name is a vendor's and nothing more of it is public."""

from __future__ import annotations

import pytest

from cimbus import decode_noun, encode_noun, irm
from cimbus.interface.model import find_named, noun_of
from cimbus.nouns import DraftWorkRequest, derived, key_of
from cimbus.nouns.derived import NAMESPACE
from cimbus.testing import sample

ADDED = [
    "ChangeSet",
    "CustomerMeterDataSet",
    "EndDeviceAssets",
    "EndDeviceFirmware",
    "EquipmentFaults",
    "GetUsagePointConfig",
    "LineFaults",
    "MeterServiceRequest",
    "NetworkDataSet",
    "OutageRecord",
    "OutagesAndFaults",
    "Presentation",
    "SwitchingSchedule",
    "TroubleTicket",
]


def test_only_names_of_vendors_have_no_class() -> None:
    missing = [facts for facts in irm.all_noun_facts() if not find_named(facts.name)]

    assert {facts.quality for facts in missing} == {"vendor"}


@pytest.mark.parametrize("name", ADDED)
def test_a_sample_of_it_comes_back_equal_and_strictly(name: str) -> None:
    cls = find_named(name)[0].cls

    for seed in range(5):
        made = sample(cls, seed=seed, full=seed == 0)
        assert decode_noun(encode_noun(made), strict=True) == made


def test_a_noun_of_which_only_the_name_is_public_is_in_our_namespace_and_says_so() -> None:
    made = [noun_of(getattr(derived, name)) for name in derived.__all__ if find_named(name)]

    assert len(made) > 25
    for entry in made:
        assert entry.source == "derived"
        assert entry.namespace == f"{NAMESPACE}{entry.name}#"


def test_a_draft_of_2009_is_read_as_that_of_2010_and_written_as_it_came() -> None:
    data = encode_noun(sample(DraftWorkRequest, full=True)).replace(b"/TC57/2010/", b"/TC57/2009/")

    made = decode_noun(data)

    assert isinstance(made, DraftWorkRequest)
    assert encode_noun(made) == data


def test_the_key_of_a_data_set_is_its_meter() -> None:
    meter = derived.DerivedMeter(mRID="m-1")

    assert key_of(derived.CustomerMeterDataSet(Meter=[meter], Customer=[derived.DerivedCustomer(mRID="c-1")])) == "m-1"
