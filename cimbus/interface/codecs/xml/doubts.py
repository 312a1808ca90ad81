"""Which headers need more than their class's walker: what to look for once they were read."""

from __future__ import annotations

from typing import Final

from cimbus.interface.codecs.lexical import SPACE
from cimbus.interface.envelope import VERBS, Header
from cimbus.interface.model import FIRST, Extensions

NO_YEARS: Final = (1, 1970)
"""Years of times that may mean none: DateTime.MinValue of .NET, and zero of a Unix clock."""
_NAMES: Final = frozenset(name.lower() for name in Header.__struct_encode_fields__)
"""An extension of one of these names may be the field itself, which the general path tells by its namespace."""


def is_doubtful(header: Header) -> bool:
    """Return whether a header has something in it that only the general path judges.

    >>> is_doubtful(Header(verb="get", noun="X")), is_doubtful(Header(verb="GET", noun="X"))
    (False, True)
    """
    noun, when = header.noun, header.timestamp
    for text in (noun, header.message_id, header.correlation_id, header.context):
        if text is not None and text.strip(SPACE) != text:
            return True
    return (
        not noun
        or header.verb not in VERBS
        or (when is not None and when.year in NO_YEARS)
        or (header.extensions is not None and not _placed(header, header.extensions))
    )


def _placed(header: Header, extensions: Extensions) -> bool:
    """Return whether extensions are as reading gives them: some, none named like a field, each behind a child."""
    fields = zip(header.__struct_fields__, header.__struct_encode_fields__, strict=True)
    there = {FIRST, *(xml for name, xml in fields if getattr(header, name) not in (None, ()))}
    return bool(extensions.elements) and all(
        each.after in there and each.element.name.lower() not in _NAMES for each in extensions.elements
    )
