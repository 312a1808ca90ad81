"""The code lists of IEC 61968-9: parse, format, build and describe.

A code is a text: it compares with the text in a message, and may be written wherever a text may. Rule for all of them:
a number that no table here knows is kept, formats back as it came, is described by its number, and named by
``unknown``. The standard's own tables are not public; the ones here come from public schemas, programs and messages, in
our words.

>>> EndDeviceEventCode("3.26.0.47").describe()
'power down'
>>> ReadingTypeCode("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0").symbol
'kWh'
>>> explain("2.8.0").description
'estimated, metering network'
"""

from __future__ import annotations

from .dotted import DottedCode
from .event_tables import CONTROL_LABELS, EVENT_LABELS
from .event_type import EndDeviceControlCode, EndDeviceEventCode
from .explain import CodeKind, Explanation, explain
from .reading_parts import Ratio
from .reading_quality import QUALITY_LABELS, ReadingQualityCode
from .reading_type import ReadingTypeCode
from .reply_error import (
    ACKNOWLEDGED,
    ATTEMPTED_AND_FAILED,
    MORE_FOLLOW,
    NO_ERROR,
    NO_MORE,
    NOT_READABLE,
    REPLY_ERROR_LABELS,
    ReplyErrorCode,
)

__all__ = [  # noqa: RUF022 - grouped
    # codes
    "DottedCode",
    "EndDeviceControlCode",
    "EndDeviceEventCode",
    "Ratio",
    "ReadingQualityCode",
    "ReadingTypeCode",
    "ReplyErrorCode",
    # any of them, in words
    "CodeKind",
    "Explanation",
    "explain",
    # the reply codes that cimbus itself sends
    "ACKNOWLEDGED",
    "ATTEMPTED_AND_FAILED",
    "MORE_FOLLOW",
    "NOT_READABLE",
    "NO_ERROR",
    "NO_MORE",
    # their words, to be replaced or extended in describe()
    "CONTROL_LABELS",
    "EVENT_LABELS",
    "QUALITY_LABELS",
    "REPLY_ERROR_LABELS",
]
