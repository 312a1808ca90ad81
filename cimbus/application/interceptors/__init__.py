"""The interceptors around a handler, in the order in which a message passes them.

``dead_letter.py``: what the handler cannot handle becomes a dead letter · ``deduplication.py``: a message that was
handled before is not handled again · ``acknowledgement.py``: a requester is told that its request has come, or that it
failed · ``retry.py``: a failed attempt is repeated after a pause · ``circuit_breaker.py``: what always fails is
not called for a while · ``commit.py``: an attempt that succeeded is
committed to the inbox · ``deadline.py``: an attempt that takes too long has failed · ``reply.py``: what the handler
returned is sent to the requester.
"""

from __future__ import annotations

from .acknowledgement import AcknowledgementInterceptor
from .circuit_breaker import CircuitBreakerInterceptor
from .commit import CommitInterceptor
from .dead_letter import DeadLetterInterceptor
from .deadline import DeadlineInterceptor
from .deduplication import DeduplicationInterceptor
from .publication import PublicationInterceptor
from .reply import ReplyInterceptor
from .retry import RetryInterceptor

__all__ = [
    "AcknowledgementInterceptor",
    "CircuitBreakerInterceptor",
    "CommitInterceptor",
    "DeadLetterInterceptor",
    "DeadlineInterceptor",
    "DeduplicationInterceptor",
    "PublicationInterceptor",
    "ReplyInterceptor",
    "RetryInterceptor",
]
