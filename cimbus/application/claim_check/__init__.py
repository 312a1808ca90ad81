"""Claim check (EIP): a payload that is too large for the bus is stored beside it, and a reference goes over the bus.

``reference.py`` says what the reference is, ``content_store.py`` what a store is; ``folder.py`` and ``remote.py`` are
the two there are. ``claim_check.py`` stores what is published, and reads it for what is received.
"""

from __future__ import annotations

from .claim_check import ClaimCheck, ClaimedFrame
from .content_store import ContentStore, open_content_store

__all__ = ["ClaimCheck", "ClaimedFrame", "ContentStore", "open_content_store"]
