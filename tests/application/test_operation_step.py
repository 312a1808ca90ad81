"""One operation: its payload among a vendor's flags, and the elements that it removes."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import remove_elements
from cimbus.application.operation_step import payload_of, step_of
from cimbus.interface.envelope import Operation
from cimbus.nouns import EndDeviceControl, EndDeviceControls, NameType, Reference, Status

CONTROLS = (
    '<EndDeviceControls xmlns="http://iec.ch/TC57/2011/EndDeviceControls#"><EndDeviceControl><mRID>c-1</mRID>'
    '<EndDeviceControlType ref="3.31.0.23"/></EndDeviceControl></EndDeviceControls>'
)
IDENTITY = "<operationId>1</operationId><noun>EndDeviceControls</noun><verb>create</verb>"
ANONYMOUS = "<operationId>1</operationId><verb>create</verb>"
OWN, NONE, FOREIGN = "<urgent>true</urgent>", '<x xmlns="">1</x>', '<v:flag xmlns:v="urn:vendor">1</v:flag>'


def read(content, form="xml"):
    message = cimbus.decode(
        '<RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>execute</Verb>'
        f"<Noun>OperationSet</Noun></Header><Payload><OperationSet><Operation>{content}</Operation></OperationSet>"
        "</Payload></RequestMessage>"
    )
    return cimbus.decode(cimbus.encode(message, form)).payload.operations[0]


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(
    "content",
    [
        IDENTITY + CONTROLS,
        CONTROLS + IDENTITY,
        OWN + IDENTITY + CONTROLS,
        IDENTITY + OWN + CONTROLS,
        IDENTITY + CONTROLS + OWN,
        IDENTITY + CONTROLS + FOREIGN,
        IDENTITY + FOREIGN + CONTROLS,
        IDENTITY + NONE + CONTROLS,
        ANONYMOUS + OWN + CONTROLS + FOREIGN,
        ANONYMOUS + NONE + OWN + CONTROLS,
    ],
)
def test_the_payload_is_found_and_typed_whatever_stands_around_it(content, form):
    payload = payload_of(read(content, form))

    assert isinstance(payload, EndDeviceControls)
    assert payload.EndDeviceControl[0].mRID == "c-1"


@pytest.mark.parametrize("content", [IDENTITY, IDENTITY + OWN, IDENTITY + NONE])
def test_flags_are_no_payload(content):
    assert payload_of(read(content)) is None


def test_a_noun_that_is_not_registered_is_an_element_and_names_the_operation():
    operation = read(ANONYMOUS + '<Kettles xmlns="urn:k"><Kettle/></Kettles>')

    step = step_of(operation, cimbus.Message.of(None, verb="execute", noun="OperationSet"))

    assert (step.noun, step.verb, step.payload.name, step.element_operation) == ("Kettles", "create", "Kettles", False)


def test_a_typed_payload_names_the_operation_too():
    operation = Operation(operation_id=1, payload=EndDeviceControls())

    assert step_of(operation, cimbus.Message.of(None, verb="execute", noun="OperationSet")).noun == "EndDeviceControls"


def test_elements_that_are_present_are_removed_and_the_identity_stays():
    kind = Reference(ref="3.31.0.23")
    stored = EndDeviceControl(mRID="c-1", reason="test", issuerID="i", EndDeviceControlType=kind)
    given = EndDeviceControl(mRID="c-1", reason="ignored", EndDeviceControlType=None)

    left = remove_elements(stored, given)

    assert (left.mRID, left.reason, left.issuerID) == ("c-1", None, "i")
    assert left.EndDeviceControlType == stored.EndDeviceControlType


def test_what_is_mandatory_or_of_another_class_is_not_removed():
    with pytest.raises(TypeError, match=r"EndDeviceControl\.EndDeviceControlType is mandatory"):
        remove_elements(
            EndDeviceControl(EndDeviceControlType=Reference(ref="a")),
            EndDeviceControl(EndDeviceControlType=Reference(ref="b")),
        )
    with pytest.raises(TypeError, match="a NameType cannot say what to remove from a Status"):
        remove_elements(Status(value="x"), NameType(name="x"))
