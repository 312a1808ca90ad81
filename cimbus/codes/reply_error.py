"""Reply error codes, category.number: why a request was refused or failed, as in ``Reply.Error.code``.

The list belongs to IEC 61968-9 and is known from a public implementation; the words are ours. Peers send codes of their
own as well ("NA", "B2B-003"), so a code is a text first: nothing here refuses one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, final

CATEGORIES: Final[Mapping[int, str]] = {
    0: "no error",
    1: "bad or missing element",
    2: "invalid parameter",
    3: "too many values",
    4: "aborted",
    5: "application error",
    6: "business rule",
    7: "security",
}

# words by code; the standard's own list has more (IEC 61968-9), these are the ones a public implementation shows
REPLY_ERROR_LABELS: Final[Mapping[str, str]] = {
    "0.0": "no error",
    "0.1": "partial result, more messages follow",
    "0.2": "partial result, no more messages follow",
    "0.3": "acknowledged",
    "1.5": "a mandatory element of the header is missing",
    "1.6": "a mandatory element of the request is missing",
    "1.7": "a mandatory element of the payload is missing",
    "1.8": "not valid against the schema",
    "1.9": "revision not supported",
    "2.4": "invalid meter",
    "2.5": "invalid noun",
    "2.6": "invalid reading type",
    "2.9": "invalid verb",
    "2.10": "reading type not supported",
    "2.12": "invalid usage point",
    "2.13": "meter and usage point do not match",
    "2.14": "invalid source",
    "2.15": "invalid request ID",
    "2.16": "invalid service location",
    "2.17": "meter and service location do not match",
    "2.18": "communication module and meter do not match",
    "2.19": "invalid customer account",
    "2.20": "invalid service supplier",
    "2.21": "customer account and service supplier do not match",
    "2.22": "invalid customer",
    "2.23": "customer and customer account do not match",
    "2.24": "invalid customer agreement",
    "2.25": "customer account and customer agreement do not match",
    "2.26": "customer agreement and usage point do not match",
    "2.27": "customer account and usage point do not match",
    "2.28": "service supplier and usage point do not match",
    "2.29": "objects do not match",
    "2.30": "invalid communication module",
    "2.31": "invalid service category",
    "2.32": "invalid usage point location",
    "2.33": "invalid pricing structure",
    "3.1": "too many items in the request",
    "3.2": "too many requests pending",
    "4.1": "timed out",
    "5.1": "system load too high",
    "5.2": "not attempted",
    "5.3": "attempted and failed",
    "5.4": "errors of several kinds",
    "5.5": "reading types not available in the meter data management system",
    "5.6": "reading types not available in the metering system",
    "5.7": "data not available",
    "5.8": "mandatory fields are missing",
    "5.9": "aborted to keep the transaction whole",
    "6.1": "cancelled by a business rule",
    "6.2": "put on hold by a business rule",
    "6.3": "released from hold",
    "6.4": "rescheduled by a business rule",
    "6.5": "cancelled by a user",
    "7.1": "authentication failed for the moment",
    "7.2": "authentication needed",
    "7.3": "authentication too weak",
    "7.4": "authentication failed",
    "7.5": "not authorised",
    "7.6": "authentication needs encryption",
    "7.7": "against policy",
}

# The codes that cimbus itself sends and looks for; their meanings are in REPLY_ERROR_LABELS.
NO_ERROR: Final = "0.0"
"""Everything is as it should be; some peers send it with Result OK, others send no Error at all."""
MORE_FOLLOW: Final = "0.1"
"""This reply is one of several, and more follow (with Result PARTIAL)."""
NO_MORE: Final = "0.2"
"""This reply is the last of several."""
ACKNOWLEDGED: Final = "0.3"
"""The request has arrived; its real reply comes later (the simple acknowledgement of an asynchronous request)."""
NOT_READABLE: Final = "1.8"
"""The request is not valid against the schema: what a FaultMessage is sent for."""
ATTEMPTED_AND_FAILED: Final = "5.3"
"""The request was tried and did not work: what a handler's exception becomes."""

# at most nine digits, as in all codes (see ``dotted``)
_CODE: Final = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})")


@final
class ReplyErrorCode(str):
    """One error code, whatever its form: a text.

    White space around it is lost. Peers have catalogues of their own, so no text is refused.

    >>> code = ReplyErrorCode("2.4")
    >>> code.category, code.number, code.ok, code.describe(), code == "2.4"
    (2, 4, False, 'invalid meter', True)
    """

    __slots__ = ()

    def __new__(cls, text: str) -> ReplyErrorCode:
        """Return the code that a text is."""
        return str.__new__(cls, text.strip())

    def __repr__(self) -> str:
        return f"ReplyErrorCode({str(self)!r})"

    @staticmethod
    def parse(text: str) -> ReplyErrorCode:
        """Return the code that a text is, white space around it aside. Never raises.

        >>> ReplyErrorCode.parse(" B2B-003 ").category is None
        True
        """
        return ReplyErrorCode(text)

    @staticmethod
    def of(category: int, number: int) -> ReplyErrorCode:
        """Return the code of a category and a number.

        >>> str(ReplyErrorCode.of(2, 4))
        '2.4'
        """
        return ReplyErrorCode(f"{category}.{number}")

    @property
    def known(self) -> bool:
        """Whether the table here lists it."""
        return self in REPLY_ERROR_LABELS

    @property
    def category(self) -> int | None:
        """The number before the dot, None for a code of another form."""
        match = _CODE.fullmatch(self)
        return int(match[1]) if match else None

    @property
    def number(self) -> int | None:
        """The number after the dot, None for a code of another form."""
        match = _CODE.fullmatch(self)
        return int(match[2]) if match else None

    @property
    def ok(self) -> bool:
        """Whether it is no error: category 0. A reply is OK when all its codes are."""
        return self.category == 0

    def describe(self, labels: Mapping[str, str] = REPLY_ERROR_LABELS) -> str:
        """Say in words what went wrong; labels may be replaced or extended, with codes of any form.

        >>> ReplyErrorCode("2.99").describe(), ReplyErrorCode("NA").describe({"NA": "not available"})
        ('invalid parameter (code 2.99)', 'not available')
        """
        if label := labels.get(self):
            return label
        kind = CATEGORIES.get(-1 if self.category is None else self.category)
        return f"{kind} (code {self})" if kind else f"code {self or 'missing'}"
