"""The durable inbox of a consumer: a message that is delivered twice is handled once.

``inbox.py``: ``Inbox``, and the block in which a message is handled once · ``inbox_file.py``: its SQLite file ·
``deduplicator.py``: the same for a subscription that is pulled.
"""

from __future__ import annotations

from .deduplicator import Deduplicator
from .inbox import Conflict, Inbox, InboxConflictError

__all__ = ["Conflict", "Deduplicator", "Inbox", "InboxConflictError"]
