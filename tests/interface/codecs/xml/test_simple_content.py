"""Choices, facets, attributes of every kind, defaults and nil, on the wire."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

import cimbus
from cimbus import EncodeError, Extensions, Message
from cimbus.interface.codecs import decode_noun, encode_noun
from interface.model.profile import HEAD, NAMESPACE, PROFILE, Amount, DeclaredProfile, Device, MeterOf, Unit

MINIMAL = DeclaredProfile(Meter=[MeterOf()], left="l", code=["c"])


def document(inside: str) -> str:
    return f"<DeclaredProfile xmlns='{NAMESPACE}' xmlns:x='http://www.w3.org/2001/XMLSchema-instance'>{inside}</DeclaredProfile>"


def read(inside: str, *, strict: bool = True) -> DeclaredProfile:
    noun = decode_noun(document(inside), strict=strict)
    assert type(noun) is DeclaredProfile
    return noun


def problems(inside: str) -> list[str]:
    with pytest.raises(cimbus.StrictError) as found:
        read(inside)
    return [str(problem) for problem in found.value.problems]


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("noun", [PROFILE, MINIMAL], ids=["full", "minimal"])
def test_it_is_read_as_it_was_written(noun, form):
    made = Message.of(noun)

    assert cimbus.decode(cimbus.encode(made, form), strict=True) == made


@pytest.mark.parametrize("form", ["xml", "json"])
def test_the_order_of_a_repeated_choice_is_kept(form):
    inside = (
        "<EndDevice><local>1</local></EndDevice><Meter/><EndDevice><local>2</local></EndDevice>"
        "<Meter><digits>3</digits></Meter><left>l</left><code>c</code>"
    )
    noun = read(inside)

    assert ([each.local for each in noun.EndDevice], [each.digits for each in noun.Meter]) == (["1", "2"], [None, 3])
    assert noun.extensions.attributes == {"#order": "EndDevice Meter EndDevice Meter left code"}
    again = decode_noun(encode_noun(noun, form), strict=True)
    assert again == noun
    assert (
        encode_noun(again)
        .partition(b'#">')[2]
        .startswith(b"<EndDevice><local>1</local></EndDevice><Meter/><EndDevice>")
    )


def test_what_stands_behind_a_repeated_choice_stays_there():
    own = '<x:own xmlns:x="urn:x">1</x:own>'
    noun = read(f"<Meter/><EndDevice/><Meter/>{own}<left/><code/>", strict=False)

    written = encode_noun(noun)

    assert written.index(b"<Meter/><EndDevice/><Meter/>") < written.index(b"own") < written.index(b"<left")


def test_a_repeated_choice_in_the_order_of_the_class_needs_no_note_of_it():
    assert read("<Meter/><Meter/><EndDevice/><left/><code/>").extensions is None


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ("<left>l</left><code>c</code>", "DeclaredProfile: one of Meter, EndDevice is mandatory"),
        ("<Meter/><first/><third/><left/><code/>", "DeclaredProfile: only one of first, second, third may be present"),
        ("<amount unit='in'>1</amount><Meter/><left/><code/>", "DeclaredProfile/Meter: not in the order of the schema"),
        ("<Meter><digits>10</digits></Meter><left/><code/>", "DeclaredProfile/Meter/digits: 10 is more than 9"),
        (
            "<Meter/><EndDevice/><EndDevice><mRID>1</mRID></EndDevice><left/><code/>",
            "EndDevice[2]/mRID: '1' does not match",
        ),
        ("<Meter/><amount>1</amount><left/><code/>", "DeclaredProfile/amount/unit: mandatory, and missing"),
        ("<Meter/><amount unit='in' places='x'>1</amount><left/><code/>", "'x' is not a whole number"),
        ("<Meter/><amount unit='cm'>1</amount><left/><code/>", "'cm' is none of the values that Unit lists"),
        ("<Meter/><amount unit='in'>much</amount><left/><code/>", "'much' is not a number"),
        ("<Meter/><state>gone</state><left/><code/>", "'gone' has more than 3 characters"),
        ("<Meter/><code/>", "DeclaredProfile/left: mandatory, and missing"),
        ("<Meter/><empty>text</empty><left/><code/>", "DeclaredProfile/empty: text where elements belong"),
    ],
)
def test_what_the_class_does_not_allow_is_refused_when_strict_and_read_when_not(inside, problem):
    assert any(problem in each for each in problems(inside))

    noun = read(inside, strict=False)
    again = decode_noun(encode_noun(noun, strict=False))
    assert again == noun


def test_an_empty_element_has_its_default_and_what_is_missing_stays_so():
    noun = read("<Meter/><amount unit='in'>1</amount><state/><left/><code/>")

    assert (noun.state, noun.amount.checked, read("<Meter/><left/><code/>").state) == ("on", None, None)


def test_a_mandatory_element_that_is_nil_is_there_without_a_value():
    noun = read("<Meter/><left x:nil='true'/><code/>")

    assert noun.left is None
    assert decode_noun(encode_noun(noun), strict=True) == noun


def test_an_attribute_without_a_value_of_its_kind_is_kept_as_it_was():
    noun = read("<Meter/><amount unit='in' places='few'>1</amount><left/><code/>", strict=False)

    assert noun.amount.places is None
    assert noun.amount.extensions == Extensions(attributes={"places": "few"})
    assert b' places="few"' in encode_noun(noun)


def test_writing_strictly_refuses_what_reading_strictly_does():
    wrong = msgspec.structs.replace(PROFILE, EndDevice=[Device(mRID="short")])

    assert cimbus.encode(Message.of(wrong))
    with pytest.raises(EncodeError, match="does not match"):
        cimbus.encode(Message.of(wrong), strict=True)


def test_an_attribute_that_is_mandatory_is_asked_for():
    with pytest.raises(EncodeError, match=r"Amount\.unit is mandatory and missing"):
        encode_noun(msgspec.structs.replace(PROFILE, amount=Amount(value=Decimal(1), unit=None)))
    assert Unit("in") is Unit.in_
    assert HEAD
