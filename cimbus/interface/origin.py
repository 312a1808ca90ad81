"""Where a message was read from: what its header does not say, so that it can be written back as it came."""

from __future__ import annotations

import msgspec


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The root element of the document that a message was read from; of a reply, that of its request.

    Attributes:
        root: local name of the envelope's element.
        namespace: its namespace.
        verb, noun: what the header said.
        root_verb: the verb that the root names (``created`` of ``CreatedEndDeviceEvents``), empty if it names none.
        common: the namespace of what is common to all nouns, where a per-noun root came with another than Edition 1's.
        read: whether the message itself was read; False for one that answers it.

    >>> from cimbus import decode
    >>> decode("<Message><Header><Verb>get</Verb><Noun>X</Noun></Header></Message>").origin.root
    'Message'
    """

    root: str
    namespace: str
    verb: str
    noun: str
    root_verb: str = ""
    common: str = ""
    read: bool = True
