"""The dialects of the envelope, rewritten in place to the one that the reader knows.

Each rewrite makes a note. Names in another case or an older namespace need none: the walker's ``DecodeContext`` accepts
them. What is here is structure: other elements for the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from cimbus.interface.codecs.lexical import SPACE
from cimbus.interface.envelope import EDITION_2, NAMESPACE, VERBS

from .areas import children_uri, is_own, tolerated
from .decode_context import DecodeContext
from .roots import SYNONYMS
from .source import Node, local_name, lower_name, namespace

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_STANDARD: Final = re.compile(r"https?://(?:www\.)?iec\.ch/TC57/(\d{4})/schema/message")
_NULL_TIME: Final = re.compile(r"\s*(?:1970-01-01|0001-01-01)T00:00:00(?:\.0+)?(?:Z|[+-]00:00)?\s*")
_CODE: Final = re.compile(r"\d+\.\d+")
_TEXTS: Final = frozenset({"verb", "noun", "messageid", "correlationid", "context"})
"""Children of a header whose texts are compared: white space around them is no part of them."""
_SETTLED: Final = _TEXTS | {"timestamp"}
_LISTS: Final = {"errors": "Error", "ids": "ID", "options": "Option", "properties": "Property"}
"""Elements around a list, and what it is a list of."""
_RESULTS: Final = {"ok": "OK", "partial": "PARTIAL", "failed": "FAILED"}


def note_namespace(uri: str, root: Node, context: DecodeContext) -> None:
    """Note that an envelope is in another namespace than Edition 1's.

    >>> context = DecodeContext()
    >>> note_namespace("http://www.iec.ch/TC57/2008/schema/message", etree.Element("Message"), context)
    >>> print(context.take_notes()[0].text)
    envelope namespace 'http://www.iec.ch/TC57/2008/schema/message' is the draft of 2008
    """
    if uri == NAMESPACE:
        return
    if uri == EDITION_2:
        context.note_once(
            root, uri, "an Edition 2 envelope, whose schema is not public: read by the rules of Edition 1"
        )
        return
    found = _STANDARD.fullmatch(uri)
    edition = f"the draft of {found[1]}" if found and found[1] != "2011" else "not that of Edition 1"
    context.note_once(root, uri, f"envelope namespace {uri!r} is {edition}")


def settle_header(header: Node, context: DecodeContext) -> None:
    """Rewrite a header: verbs to the standard's, times that mean none.

    >>> header = etree.fromstring("<Header><Verb>UPDATE</Verb></Header>")
    >>> settle_header(header, DecodeContext())
    >>> header[0].text
    'change'
    """
    if any(len(child) and lower_name(child) in ("property", "properties") for child in header):
        spread(header, {"property": ("property", "propertytype", "messageproperty")}, context)
    uri = children_uri(header)
    mark = f"{{{uri}}}"
    for child in list(header):
        name = lower_name(child)
        if name not in _SETTLED or not (str(child.tag).startswith(mark) or is_own(child, header, uri)):
            continue
        if len(child) and name in _SETTLED:
            context.note(child, "has elements where a text belongs: their text is used")
            child.text = "".join(map(str, child.itertext()))
            del child[:]
        if name == "verb":
            _settle_verb(child, context)
        elif name == "timestamp" and child.text and _NULL_TIME.fullmatch(child.text):
            context.note(child, f"{child.text.strip(SPACE)} means no time: left out")
            header.remove(child)
        elif name in _TEXTS and child.text and child.text != child.text.strip(SPACE):
            context.note(child, "white space around the text: cut off")
            child.text = child.text.strip(SPACE)


def _settle_verb(child: Node, context: DecodeContext) -> None:
    text = child.text or ""
    word = text.strip(SPACE).lower()
    verb = SYNONYMS.get(word, word)
    if text in VERBS:
        return
    if verb in VERBS:
        context.note(child, f"verb {text!r} read as {verb!r}")
        child.text = verb
    else:
        context.note(child, f"verb {text!r} is not one of the standard's: kept")
        child.text = text.strip(SPACE)


def settle_reply(reply: Node, context: DecodeContext) -> None:
    """Rewrite a reply: ReplyCode to Result (2008 and 2010 drafts), plain texts and arrays to errors, results' spelling.

    >>> reply = etree.fromstring("<Reply><Result>ok</Result><Error>2.4 no such meter</Error></Reply>")
    >>> settle_reply(reply, DecodeContext())
    >>> reply[0].text, reply[1][0].text, reply[1][1].text
    ('OK', '2.4', 'no such meter')
    """
    spread(reply, {"error": ("errortype", "error"), "id": ("id", "idtype")}, context)
    uri = children_uri(reply)
    own = [(child, lower_name(child)) for child in reply if is_own(child, reply, uri)]
    has_result = any(name == "result" for _, name in own)
    for child, found in own:
        name = found
        if name == "replycode":
            name = _settle_reply_code(child, uri, context, has_result=has_result)
            has_result = True
        if name == "result" and child.text:
            known = _RESULTS.get(child.text.strip(SPACE).lower())
            if known and known != child.text:
                context.note(child, f"result {child.text!r} read as {known!r}")
                child.text = known
        if name == "error" and not len(child) and child.text and child.text.strip(SPACE):
            context.note(child, "an error of plain text: read as its code or its reason")
            _split_error(child, child.text.strip(SPACE))


def _settle_reply_code(child: Node, uri: str, context: DecodeContext, *, has_result: bool) -> str:
    """Rewrite a ReplyCode: a word is the result; a code such as 2.4 is an error's, and says the result."""
    prefix = f"{{{uri}}}" if uri else ""
    text = (child.text or "").strip(SPACE)
    if _CODE.fullmatch(text) is None:
        if has_result:
            return ""
        context.note(child, "ReplyCode read as Result")
        child.tag = f"{prefix}Result"
        return "result"
    if not has_result:
        context.note(child, "ReplyCode read as Result, and as the code of an error")
        result = etree.Element(f"{prefix}Result")
        result.text = "OK" if text.startswith("0.") else "FAILED"
        child.addprevious(result)
    else:
        context.note(child, "ReplyCode read as the code of an error")
    child.tag, child.text = f"{prefix}Error", None
    etree.SubElement(child, f"{prefix}code").text = text
    return "error"


def spread(area: Node, arrays: Mapping[str, tuple[str, ...]], context: DecodeContext) -> None:
    """Rewrite elements that hold a list of what they are, as serializers write arrays (``<Error><ErrorType/>...``).

    So are those that are called after the list (``<Errors><Error/>...``).

    Args:
        area: whose children they are.
        arrays: by the name of such a child in lower case, the names of what it may hold.
        context: where it is noted.

    >>> reply = etree.fromstring("<Reply><Error><ErrorType/><ErrorType/></Error></Reply>")
    >>> spread(reply, {"error": ("errortype",)}, DecodeContext())
    >>> [child.tag for child in reply]
    ['Error', 'Error']
    """
    found: list[tuple[Node, str]] = []
    for child in area:
        name = lower_name(child)
        single = _LISTS.get(name, "") if tolerated(namespace(child), namespace(area)) else ""
        items = arrays.get(single.lower() or name)
        if items is None or not len(child) or not all(lower_name(each) in items for each in child):
            continue
        if (child.text or "").strip() or any(not str(key).startswith(_XSI) for key in child.keys()):  # noqa: SIM118
            continue  # it is one of them itself
        context.note(child, f"an array of {local_name(child[0])}: read as several {single or local_name(child)}")
        found.append((child, single))
    for child, single in found:  # not before: a note counts the children in front of its own
        uri = namespace(child)
        tag = child.tag if not single else f"{{{uri}}}{single}" if uri else single
        for item in reversed(list(child)):
            item.tag = tag
            child.addnext(item)  # which costs the same wherever it stands
        area.remove(child)


def _split_error(error: Node, text: str) -> None:
    error.text = None
    uri = namespace(error)
    prefix = f"{{{uri}}}" if uri else ""
    code = _CODE.match(text)
    etree.SubElement(error, f"{prefix}code").text = code[0] if code else ""
    rest = text[code.end() :].strip(SPACE + ":-") if code else text
    if rest:
        etree.SubElement(error, f"{prefix}reason").text = rest
