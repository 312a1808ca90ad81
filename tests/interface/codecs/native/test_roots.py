"""What the name of a root says, and what the areas and the verb say: where they differ, the walker has a note."""

from __future__ import annotations

from itertools import product

import pytest

import cimbus
from cimbus.interface.codecs.xml import walk_xml
from cimbus.testing.codec_fuzz.compare import described

from .codecs import codec, needs_native

NOUN = "EndDeviceControls"
ROOTS = (
    *("ChangeSet", "EventMessage", f"{NOUN}EventMessage"),
    *(f"{verb}{NOUN}" for verb in ("Created", "Create", "Get", "Execute", "Deleted", "Closed")),
)
ENVELOPE = "http://iec.ch/TC57/2011/schema/message"
NAMESPACES = (
    ENVELOPE,
    *(f"http://iec.ch/TC57/2011/{schema}Message" for schema in (NOUN, f"Get{NOUN}", "Set")),
)
VERBS = ("changed", "created", "create", "get", "execute", "executed", "deleted", "close", "reply")
AREAS = ("", "<m:Request><ID>a</ID></m:Request>", "<m:Reply><Result>OK</Result></m:Reply>")


@needs_native
@pytest.mark.parametrize("uri", NAMESPACES)
def test_a_root_that_says_another_message_is_left_to_the_walker(uri: str) -> None:
    native, read = codec(), 0
    for root, verb, area in product(ROOTS, VERBS, AREAS):
        header = f"<m:Header><Verb>{verb}</Verb><Noun>{NOUN}</Noun><MessageID>m</MessageID></m:Header>"
        document = f'<m:{root} xmlns:m="{uri}" xmlns="{ENVELOPE}">{header}{area}</m:{root}>'.encode()
        found = native.decode(document, cimbus.DEFAULT_LIMITS)
        if found is not None:
            read += 1
            walked = walk_xml(document, strict=False, limits=cimbus.DEFAULT_LIMITS)
            assert (walked.notes, described(walked)) == ((), described(found)), document
    assert read
