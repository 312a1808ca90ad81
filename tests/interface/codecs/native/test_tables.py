"""What the native reader is told of classes that it cannot make, and of nouns that are not loaded yet."""

from __future__ import annotations

import cimbus
from cimbus import Message
from cimbus.interface.codecs.limits import DEFAULT_LIMITS
from cimbus.interface.codecs.native.forms import form_tables
from cimbus.interface.codecs.native.loading import load
from cimbus.interface.codecs.native.tables import tables_of
from cimbus.interface.model import loaded_nouns, noun_of
from interface.codecs.native.codecs import needs_native
from interface.model.profile import PROFILE, DeclaredProfile
from interface.model.widget import WIDGET, DeclaredWidget


def test_a_class_with_what_the_native_reader_does_not_know_is_not_usable():
    """Dates, choices that may be repeated, attributes that are no texts, defaults, nil."""
    by_class = {table.cls: table for table in tables_of([noun_of(DeclaredProfile), noun_of(DeclaredWidget)]).classes}

    assert not by_class[DeclaredProfile].usable
    assert by_class[DeclaredWidget].usable


@needs_native
def test_a_codec_is_made_of_every_noun_and_leaves_those_it_cannot_make():
    codec = load().module.Codec(tables_of(loaded_nouns()), form_tables([]))

    assert codec.decode(cimbus.encode(Message.of(PROFILE)), DEFAULT_LIMITS) is None
    widget = DeclaredWidget(mRID="1", label=["x"])
    assert codec.decode(cimbus.encode(Message.of(widget)), DEFAULT_LIMITS).payload == widget


@needs_native
def test_a_noun_that_is_not_loaded_yet_is_left_to_the_walker_and_no_element():
    codec = load().module.Codec(tables_of([], ["DeclaredWidget"]), form_tables([]))

    assert codec.decode(cimbus.encode(Message.of(WIDGET)), DEFAULT_LIMITS) is None
