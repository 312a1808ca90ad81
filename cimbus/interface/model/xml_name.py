"""Which texts are names of elements and attributes."""

from __future__ import annotations

import re
from typing import Final

_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NCNAME: Final = re.compile(rf"[{_START}][-.0-9\u00b7\u0300-\u036f\u203f\u2040{_START}]*")


def is_xml_name(text: str) -> bool:
    """Return whether a text is a name without a colon (NCName: Namespaces in XML 1.0, 4; XML 1.0, 2.3).

    >>> is_xml_name("Work-Orders"), is_xml_name("2nd"), is_xml_name("a b")
    (True, False, False)
    """
    return _NCNAME.fullmatch(text) is not None
