"""The words that the envelope's schema enumerates, and its namespace."""

from __future__ import annotations

import enum
from typing import Final

from cimbus.interface.model import CimEnum
from cimbus.interface.verbs import OtherVerb, VerbName

NAMESPACE: Final = "http://iec.ch/TC57/2011/schema/message"
"""The namespace of the Edition 1 envelope."""
WWW_NAMESPACE: Final = "http://www.iec.ch/TC57/2011/schema/message"
"""The same as some public copies of the schema write it."""
EDITION_2: Final = "http://iec.ch/TC57/2021/schema/message"
"""The namespace of the Edition 2 envelope, whose schema is not public: it is read by the rules of Edition 1."""


class Verb(enum.StrEnum):
    """The fourteen verbs of Edition 1; ``Header.verb`` is text, since peers use others.

    >>> Verb("created"), Verb.get == "get"
    (<Verb.created: 'created'>, True)
    """

    cancel = "cancel"
    canceled = "canceled"
    change = "change"
    changed = "changed"
    close = "close"
    closed = "closed"
    create = "create"
    created = "created"
    delete = "delete"
    deleted = "deleted"
    execute = "execute"
    executed = "executed"
    get = "get"
    reply = "reply"

    @staticmethod
    def other(verb: str) -> OtherVerb:
        """Return a verb that is none of the fourteen, and is meant.

        >>> Verb.other("archived")
        'archived'

        Raises:
            ValueError: it is empty.
        """
        if not verb:
            raise ValueError("a verb is a word, not an empty text")
        return OtherVerb(verb)


AnyVerb = VerbName | Verb | OtherVerb
"""What a program may give as a verb."""
VERBS: Final = frozenset(verb.value for verb in Verb)
"""The same as texts, to look a peer's verb up."""


class MessageType(enum.StrEnum):
    """Which of the five global elements of Message.xsd a message is.

    >>> MessageType("EventMessage").name
    'event'
    """

    message = "Message"
    request = "RequestMessage"
    response = "ResponseMessage"
    event = "EventMessage"
    fault = "FaultMessage"


class ResultKind(CimEnum):
    """Reply/Result: OK, PARTIAL (more replies follow) or FAILED.

    >>> ResultKind("OK").known, ResultKind("NOK").known
    (True, False)
    """

    OK = "OK"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"


class LevelKind(CimEnum):
    """Error/level.

    >>> LevelKind("FATAL") is LevelKind.FATAL
    True
    """

    INFORM = "INFORM"
    WARNING = "WARNING"
    FATAL = "FATAL"
    CATASTROPHIC = "CATASTROPHIC"
