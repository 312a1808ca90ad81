"""Samples are valid, the same for the same seed, and strategies draw them."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from interface.model.profile import DeclaredProfile

from cimbus import decode_noun, encode_noun
from cimbus.nouns import EndDeviceControls, MeterReadings
from cimbus.testing import sample, samples
from cimbus.testing.matching_text import matching_text


@settings(deadline=None, max_examples=40)
@given(samples(DeclaredProfile))
def test_what_a_strategy_draws_is_read_strictly_as_it_was_written(noun):
    assert decode_noun(encode_noun(noun, strict=True), strict=True) == noun


@pytest.mark.parametrize("cls", [MeterReadings, EndDeviceControls])
def test_a_seed_gives_the_same_sample_and_another_one_another(cls):
    assert sample(cls, seed=3, full=True) == sample(cls, seed=3, full=True)
    assert sample(cls, seed=3, full=True) != sample(cls, seed=4, full=True)


def test_a_full_sample_has_all_optional_children_and_of_a_choice_the_first():
    made = sample(EndDeviceControls, full=True)

    assert made.EndDeviceControlType
    control = sample(EndDeviceControls, seed=2, full=True).EndDeviceControl or made.EndDeviceControl
    assert all(each.PanDemandResponse is not None and each.EndDeviceAction is None for each in control)
    assert control


@pytest.mark.parametrize("seed", range(10))
def test_a_sample_has_what_the_strictest_public_copy_of_its_profile_demands(seed):
    made = sample(EndDeviceControls, seed=seed)

    for kind in made.EndDeviceControlType:
        assert None not in (kind.domain, kind.eventOrAction, kind.subDomain, kind.type)
    for control in made.EndDeviceControl:
        assert control.EndDeviceAction is None
        assert control.PanDisplay is None or control.PanDisplay.textMessage is not None


@pytest.mark.parametrize("pattern", ["[0-9a-f]{4}(?:-[0-9]{2})?", r"\d+\.\d*", "a|b|[^xyz]", "[A-Z]{2,}x?", r"\w[\s]"])
@pytest.mark.parametrize("seed", range(5))
def test_a_text_matches_its_pattern(pattern, seed):
    assert re.fullmatch(pattern, matching_text(pattern, Random(seed)))


def test_a_pattern_without_a_text_says_so():
    with pytest.raises(ValueError, match="no text was found"):
        matching_text("a(?!a)a", Random(1))
