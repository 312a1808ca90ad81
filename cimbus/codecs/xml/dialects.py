"""The dialects of the envelope, rewritten in place to the one that the reader knows.

Each rewrite says what it did. Names in another case or an older namespace need none: the walker's ``Reading`` takes
them. What is here is structure: other elements for the same thing.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from cimbus.codecs.lexical import SPACE
from cimbus.envelope import NAMESPACE, VERBS

from .reading import Reading
from .roots import SYNONYMS
from .source import Node, lower_name, namespace

EDITION_2: Final = "http://iec.ch/TC57/2021/schema/message"
_STANDARD: Final = re.compile(r"https?://(?:www\.)?iec\.ch/TC57/(\d{4})/schema/message")
_NULL_TIME: Final = re.compile(r"\s*(?:1970-01-01|0001-01-01)T00:00:00(?:\.0+)?(?:Z|[+-]00:00)?\s*")
NO_YEARS: Final = (1, 1970)
"""Years of times that may mean none."""
_CODE: Final = re.compile(r"\d+\.\d+")
_RESULTS: Final = {"ok": "OK", "partial": "PARTIAL", "failed": "FAILED"}


def note_namespace(uri: str, root: Node, reading: Reading) -> None:
    """Say so when an envelope is in another namespace than Edition 1's."""
    if uri == NAMESPACE:
        return
    if uri == EDITION_2:
        reading.note_once(
            root, uri, "an Edition 2 envelope, whose schema is not public: read by the rules of Edition 1"
        )
        return
    found = _STANDARD.fullmatch(uri)
    edition = f"the draft of {found[1]}" if found and found[1] != "2011" else "not that of Edition 1"
    reading.note_once(root, uri, f"envelope namespace {uri!r} is {edition}")


def settle_header(header: Node, reading: Reading) -> None:
    """Rewrite a header: verbs to the standard's, times that mean none."""
    for child in list(header):
        name = lower_name(child)
        if name == "verb":
            _settle_verb(child, reading)
        elif name == "timestamp" and child.text and _NULL_TIME.fullmatch(child.text):
            reading.note(child, f"{child.text.strip(SPACE)} means no time: left out")
            header.remove(child)
        elif (
            name in ("noun", "messageid", "correlationid", "context")
            and child.text
            and child.text != child.text.strip(SPACE)
        ):
            reading.note(child, "white space around the text: cut off")
            child.text = child.text.strip(SPACE)


def _settle_verb(child: Node, reading: Reading) -> None:
    text = child.text or ""
    word = text.strip(SPACE).lower()
    verb = SYNONYMS.get(word, word)
    if text in VERBS:
        return
    if verb in VERBS:
        reading.note(child, f"verb {text!r} read as {verb!r}")
        child.text = verb
    else:
        reading.note(child, f"verb {text!r} is not one of the standard's: kept")
        child.text = text.strip(SPACE)


def settle_reply(reply: Node, reading: Reading) -> None:
    """Rewrite a reply: ReplyCode to Result, plain texts to errors, results to their spelling."""
    for child in list(reply):
        name = lower_name(child)
        if name == "replycode":
            reading.note(child, "ReplyCode read as Result")
            child.tag = f"{{{NAMESPACE}}}Result"
            name = "result"
        if name == "result" and child.text:
            known = _RESULTS.get(child.text.strip(SPACE).lower())
            if known and known != child.text:
                reading.note(child, f"result {child.text!r} read as {known!r}")
                child.text = known
        if name == "error" and not len(child) and child.text and child.text.strip(SPACE):
            reading.note(child, "an error of plain text: read as its code or its reason")
            _split_error(child, child.text.strip(SPACE))


def _split_error(error: Node, text: str) -> None:
    error.text = None
    uri = namespace(error)
    prefix = f"{{{uri}}}" if uri else ""
    code = _CODE.match(text)
    etree.SubElement(error, f"{prefix}code").text = code[0] if code else ""
    rest = text[code.end() :].strip(SPACE + ":-") if code else text
    if rest:
        etree.SubElement(error, f"{prefix}reason").text = rest
