"""The code lists of IEC 61968-9: parse, format and describe.

Rule for all of them: a number that no table here knows is kept, formats back as it came, and is described by its
number. The standard's own tables are not public; the ones here come from public schemas, programs and messages, in our
words.
"""

from __future__ import annotations

from .event_type import EVENT_LABELS, EndDeviceEventCode
from .reading_quality import QUALITY_LABELS, ReadingQualityCode
from .reading_type import Ratio, ReadingTypeCode
from .reply_error import REPLY_ERROR_LABELS, ReplyErrorCode

__all__ = [  # noqa: RUF022 - grouped
    # codes
    "EndDeviceEventCode",
    "Ratio",
    "ReadingQualityCode",
    "ReadingTypeCode",
    "ReplyErrorCode",
    # their words, to be replaced or extended in describe()
    "EVENT_LABELS",
    "QUALITY_LABELS",
    "REPLY_ERROR_LABELS",
]
