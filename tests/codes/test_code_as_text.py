"""A code is a text: it compares with the text of a message, is found by it, and is written as it."""

from __future__ import annotations

import copy
import pickle

import pytest

import cimbus
from cimbus.codes import (
    EndDeviceControlCode,
    EndDeviceEventCode,
    ReadingQualityCode,
    ReadingTypeCode,
    ReplyErrorCode,
)
from cimbus.interface.envelope import Error
from cimbus.nouns import GetMeterReadings, MeterReading, MeterReadings, Reading, ReadingQuality, Reference

KWH = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
CODES = [
    ReadingTypeCode(KWH),
    EndDeviceEventCode("3.26.0.47"),
    EndDeviceControlCode("3.31.0.23"),
    ReadingQualityCode("2.8.0"),
    ReplyErrorCode("2.4"),
]


@pytest.mark.parametrize("code", CODES, ids=repr)
def test_a_code_equals_its_text_and_is_found_by_it(code):
    assert code == str(code)
    assert type(str(code)) is str
    assert {str(code): 1}[code] == 1
    assert code in {str(code)}
    assert repr(code) == f"{type(code).__name__}('{code}')"


@pytest.mark.parametrize("code", CODES, ids=repr)
def test_a_code_can_be_copied_and_pickled(code):
    for made in (copy.deepcopy(code), pickle.loads(pickle.dumps(code))):
        assert (type(made), made) == (type(code), code)
        assert getattr(made, "numbers", None) == getattr(code, "numbers", None)


@pytest.mark.parametrize("kind", [ReadingTypeCode, EndDeviceEventCode, EndDeviceControlCode, ReadingQualityCode])
def test_a_malformed_code_is_refused_with_what_one_looks_like(kind):
    for text in ("", "x", "1.2.x", "3.26.0.47.1.2"):
        with pytest.raises(ValueError, match=f"is no {kind.WHAT} code, .* such as {kind.EXAMPLE}"):
            kind(text)


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_code_is_written_where_a_text_may_stand(form):
    reading = Reading(
        ReadingType=Reference(ref=ReadingTypeCode(KWH)),
        ReadingQualities=[ReadingQuality(ReadingQualityType=Reference(ref=ReadingQualityCode("2.8.0")))],
    )
    message = cimbus.Message.of(MeterReadings(MeterReading=[MeterReading(Readings=[reading])]))

    back = cimbus.decode(cimbus.encode(message, form)).payload.MeterReading[0].Readings[0]

    assert back.ReadingType.ref == ReadingTypeCode(KWH)
    assert back.ReadingQualities[0].ReadingQualityType.ref == ReadingQualityCode("2.8.0")


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_reply_code_is_written_in_a_reply(form):
    request = cimbus.Message.of(GetMeterReadings())
    reply = request.reply(errors=[Error(code=ReplyErrorCode("2.4"))])

    (error,) = cimbus.decode(cimbus.encode(reply, form)).errors

    assert ReplyErrorCode(error.code).describe() == "invalid meter"


@pytest.mark.parametrize(
    ("code", "unknown"),
    [
        (ReadingTypeCode(KWH), ()),
        (ReadingTypeCode("0.0.2.9.15.2.164.0.0.0.0.5.6.7.0.99.73.999"), ("measurementKind", "currency")),
        (EndDeviceEventCode("3.26.38.93"), ()),  # its sub-domain is in no list, the whole code is
        (EndDeviceEventCode("3.26.9.1"), ("subDomain", "eventOrAction")),
        (EndDeviceControlCode("3.31.0.99"), ("eventOrAction",)),
        (EndDeviceControlCode("3.26.0.47"), ()),
        (ReadingQualityCode("2.8.0"), ()),
        (ReadingQualityCode("9.9.1001"), ("systemId", "category", "subCategory")),
    ],
    ids=repr,
)
def test_numbers_that_no_list_has_are_kept_and_named(code, unknown):
    assert code.unknown == unknown
    assert code.known is (not unknown)
    assert str(type(code)(str(code))) == str(code)


def test_a_reply_code_says_whether_it_is_listed():
    assert ReplyErrorCode("2.4").known
    assert not ReplyErrorCode("B2B-003").known


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (
            EndDeviceEventCode(type="electric meter", domain="power", subDomain=0, eventOrAction="lost or down"),
            "3.26.0.47",
        ),
        (EndDeviceControlCode(type=2, domain="service switch", subDomain=0, eventOrAction="connect"), "2.31.0.18"),
        (ReadingQualityCode(systemId="end device", category="valid", subCategory=0), "1.0.0"),
        (ReplyErrorCode.of(2, 4), "2.4"),
    ],
)
def test_codes_are_made_of_numbers_and_words(made, code):
    assert made == code


def test_a_code_of_events_needs_all_its_parts():
    with pytest.raises(TypeError, match="four parts"):
        EndDeviceEventCode(type=3)
    with pytest.raises(TypeError, match="three parts"):
        ReadingQualityCode(systemId=3, category=1)
    with pytest.raises(ValueError, match=r"'powr' is no domain: .* such as 'power'"):
        EndDeviceControlCode(type=3, domain="powr", subDomain=0, eventOrAction=1)
