"""What a requester's middleware wants back with the reply, octet for octet: the property ``CorrelationData``.

MQTT 5.0 has Correlation Data (octets); JMS has JMSCorrelationID or else JMSMessageID, and AMQP 1.0 correlation-id or
else message-id, of any of its types. A transport adds the property to a request where ``CorrelationID`` says something
else, and writes a frame's property into that field. ``cimbus.application.correlation`` copies it to the reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote_to_bytes

CORRELATION_DATA: Final = "CorrelationData"
"""The name of the property; its value is percent-encoded (RFC 3986, 2.1)."""
_PLAIN: Final = "!\"#$&'()*+,/:;<=>?@[\\]^`{|} "
"""ASCII that needs no escape beside letters and digits: all that can be printed but the percent sign."""


def write_data(data: bytes) -> str:
    r"""Write octets as the value of the property.

    >>> write_data(b"corr-1"), write_data(b"\x00\xff%")
    ('corr-1', '%00%FF%25')
    """
    return quote(data, safe=_PLAIN)


def read_data(text: str) -> bytes:
    r"""Read the octets back; what is no escape stands for itself.

    >>> read_data("%00%FF%25"), read_data("corr-1")
    (b'\x00\xff%', b'corr-1')
    """
    return unquote_to_bytes(text.encode("utf-8", "surrogatepass"))


def correlation_of(properties: Mapping[str, str]) -> bytes:
    """Return what a message with these properties carries in its transport's field; empty: nothing.

    That is CorrelationData; or CorrelationID, and in a request without one its MessageID, which its reply names.

    >>> correlation_of({"CorrelationID": "c-1"}), correlation_of({"MessageID": "m-1"})
    (b'c-1', b'')
    """
    if (data := properties.get(CORRELATION_DATA)) is not None:
        return read_data(data)
    text = properties.get("CorrelationID") or (properties.get("MessageID", "") if "ReplyAddress" in properties else "")
    return text.encode("utf-8", "surrogatepass")
