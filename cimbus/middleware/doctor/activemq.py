"""What is known of the settings of ActiveMQ Classic, none of which can be seen over STOMP."""

from __future__ import annotations

from typing import Final

from .finding import Finding, unknown

SETTINGS: Final = (
    (
        "redeliveryPolicy, DLQ",
        "a message that was returned more than six times goes to ActiveMQ.DLQ, where no consumer of cimbus looks",
        "look at redeliveryPlugin and deadLetterStrategy in activemq.xml, and at the queue ActiveMQ.DLQ",
    ),
    (
        "store, temp and memory limits",
        "at the limit producers wait, or are refused where sendFailIfNoSpace is set",
        "look at systemUsage in activemq.xml, and at its advisories in the console",
    ),
    (
        "wireFormat.maxDataLength, maxFrameSize",
        "a larger body or frame ends the connection; the default is 100 MB",
        "write the limit as ?max_body=",
    ),
    (
        "persistent",
        "a broker with persistent=false loses all messages when it restarts",
        "look at the element broker in activemq.xml",
    ),
)
"""Their names in activemq.xml, what they do, and what to do about them."""


def classic_findings() -> list[Finding]:
    """Return the findings for a broker that is ActiveMQ Classic.

    >>> {finding.verdict for finding in classic_findings()}
    {'unknown'}
    """
    return [unknown(setting, effect, advice) for setting, effect, advice in SETTINGS]
