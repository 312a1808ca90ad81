"""Notes about a user's own nouns speak of the class, not of the standard."""

from __future__ import annotations

from interface.codecs.codec_samples import header, message

import cimbus
from cimbus import Cim, CimEnum, noun


class Colour(CimEnum):
    red = "red"


@noun("urn:wording#")
class WordingBoxes(Cim):
    mRID: str
    colour: Colour | None = None


def test_a_note_about_a_users_noun_does_not_speak_of_the_standard():
    inside = '<WordingBoxes xmlns="urn:wording#" a="1"><mRID b="2">1</mRID><colour>blue</colour><size/></WordingBoxes>'
    read = cimbus.decode(message(inside, head=header(noun="WordingBoxes")))

    texts = [note.text for note in read.notes]
    assert len(texts) == 4
    assert not any("standard" in text for text in texts)
    assert "'blue' is none of the values that Colour lists" in texts
