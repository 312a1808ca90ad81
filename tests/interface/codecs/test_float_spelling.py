"""What was read as a number of xs:float is written as it was spelled, in XML and by way of JSON."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cimbus import DecodeError, Message, decode, decode_noun, encode, encode_noun
from cimbus.nouns import EndDeviceControl, EndDeviceControls, Reference

NAMESPACE = "http://iec.ch/TC57/2011/EndDeviceControls#"


def control(price: str) -> str:
    inside = f'<priceSignal>{price}</priceSignal><EndDeviceControlType ref="3.31.0.23"/>'
    return f'<EndDeviceControls xmlns="{NAMESPACE}"><EndDeviceControl>{inside}</EndDeviceControl></EndDeviceControls>'


@pytest.mark.parametrize(
    "text",
    ["0.0000001", "0.0000000", "1E-7", "1e-7", "1.50E+3", "+1", "01", ".5", "5.", "-0", "INF", "-INF", "1E+300", " 1 "],
)
def test_it_comes_back_as_it_was_spelled(text):
    read = decode_noun(control(text), strict=True)

    assert encode_noun(read).decode().endswith(control(text))
    by_json = decode_noun(encode_noun(read, "json"))
    assert encode_noun(by_json).decode().endswith(control(text))
    assert by_json == read


@pytest.mark.parametrize("text", ["0.0000001", "-0.00000012", "1E-7", "0.000001"])
def test_a_message_keeps_it_whichever_codec_reads_it(text):
    header = "<Header><Verb>create</Verb><Noun>EndDeviceControls</Noun></Header>"
    data = (
        f'<Message xmlns="http://iec.ch/TC57/2011/schema/message">{header}<Payload>{control(text)}</Payload></Message>'
    )

    assert control(text) in encode(decode(data)).decode()


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "1E-7", "1E+30"])
def test_a_number_that_was_made_is_the_same_by_json_in_every_reading(number):
    made = Message.of(
        EndDeviceControls(
            EndDeviceControl=[
                EndDeviceControl(priceSignal=Decimal(number), EndDeviceControlType=Reference(ref="3.31.0.23"))
            ]
        )
    )
    data = encode(made, "json")

    assert decode(data).payload == decode(data, strict=True).payload == made.payload
    assert decode(data).notes == ()


def test_infinity_is_a_word_of_json_and_noted_in_xml():
    data = control("Infinity")

    assert decode_noun(data).EndDeviceControl[0].priceSignal == Decimal("Infinity")
    assert encode_noun(decode_noun(data)).decode().endswith(data)
    with pytest.raises(DecodeError, match="not written as INF"):
        decode_noun(data, strict=True)
