"""What ``help()`` shows of a class."""

from __future__ import annotations

import pydoc

from cimbus import Cim, __version__
from cimbus.interface.model import choice
from cimbus.interface.model.declare import AtLeastOne, Attribute
from cimbus.nouns import EndDeviceEvent, GetMeterReadings


class Tap(Cim):
    """Water.

    With a valve.
    """

    choices = (choice("open", "percent"),)
    kind: Attribute = None
    mRID: str
    open: bool | None = None
    percent: int | None = None
    parts: AtLeastOne[str]


def test_children_stand_with_their_cardinalities_behind_the_docstring():
    assert (Tap.__doc__ or "").splitlines() == [
        "Water.",
        "",
        "With a valve.",
        "",
        "    @kind    0..1  string",
        "    mRID     1..1  string",
        "    open     0..1  boolean",
        "    percent  0..1  integer",
        "    parts    1..*  string",
        "    at most one of: open, percent",
    ]


def test_help_of_a_noun_shows_them():
    text = pydoc.render_doc(EndDeviceEvent, renderer=pydoc.plaintext)

    assert "    createdDateTime        1..1  dateTime" in text
    assert "    EndDeviceEventDetails  0..*  EndDeviceEventDetail" in text
    assert "Noun GetMeterReadings" in pydoc.render_doc(GetMeterReadings, renderer=pydoc.plaintext)
    assert "(a query: get MeterReadings)" in str(GetMeterReadings.__doc__)


def test_a_class_that_refers_to_one_that_is_missing_has_its_docstring_alone():
    class Pending(Cim):
        """Waits."""

        later: Missing | None = None  # noqa: F821

    assert Pending.__doc__ == "Waits."


def test_a_payload_shows_what_is_there():
    assert repr(Tap(mRID="T-1", parts=["handle"])) == "Tap(mRID='T-1', parts=['handle'])"


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert __version__ == version("cimbus")
