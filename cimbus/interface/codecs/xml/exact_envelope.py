"""Envelopes that are exactly as the schema of Edition 1 says, as most are: they need few of the reader's questions.

Rule: what is found here is what the general path of ``reader`` would find, without a note. Of any other envelope
nothing is kept, and the general path begins anew.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

from cimbus.interface.codecs.lexical import SPACE
from cimbus.interface.codecs.limits import check_number
from cimbus.interface.envelope import NAMESPACE, Header, MessageType

from .areas import ALLOWED
from .decode_context import DecodeContext
from .doubts import is_doubtful
from .notes import NOTHING_SAID
from .roots import RootName
from .source import Node
from .walker import walker

_IN: Final = f"{{{NAMESPACE}}}"
_EXACT: Final = {
    (_IN + kind, *(_IN + name.capitalize() for name in names)): (RootName(kind, generic=True), names)
    for kind, allowed in ALLOWED.items()
    for number in range(1, len(allowed) + 1)
    for names in combinations(allowed, number)
    if names[0] == "header" and (kind is not MessageType.response or "reply" in names)
}
"""What envelopes are that are as the schema says, and their areas, by the tags of the envelope and its children."""
_HEADERS: Final = walker(Header)


def exact_envelope(document: Node, context: DecodeContext) -> tuple[RootName, dict[str, Node], Header] | None:
    """Return what a document's root is that is an exact envelope, its areas, and its header; None for any other.

    Such an envelope is its document's first one (rule 1 of ``areas``), and its first child is its header (rule 2).

    Args:
        document: the root element.
        context: that of a document of which nothing was read yet.

    >>> from lxml import etree
    >>> xml = "<Message xmlns='%s'><Header><Verb>get</Verb><Noun>X</Noun></Header></Message>" % NAMESPACE
    >>> name, areas, header = exact_envelope(etree.fromstring(xml), DecodeContext())
    >>> str(name.message_type), list(areas), header.noun
    ('Message', ['header'], 'X')
    """
    # the stubs do not know slices; list() takes twice as long
    children: list[Node] = document[:]  # type: ignore[index, assignment]  # pyright: ignore[reportArgumentType]
    found = _EXACT.get((document.tag, *[child.tag for child in children]))
    if found is None or context.strict or context.unordered or context.limits.max_uri < len(NAMESPACE):
        return None
    if document.keys() or ((text := document.text) is not None and not text.isspace()):
        return None
    if context.mixed_text:
        for child in children:
            if (text := child.tail) is not None and text.strip(SPACE):
                return None
    header: Header = _HEADERS[_IN](children[0], context)
    if context.said or context.kept or is_doubtful(header):
        context.forget(NOTHING_SAID)
        context.said = context.kept = context.budget.spent = 0
        return None
    check_number(header.properties, context.limits)
    return found[0], dict(zip(found[1], children, strict=True)), header
