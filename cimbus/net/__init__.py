"""What every transport over a network shares; the same floor as ``cimbus.transport``.

``url.py`` reads URLs and their typed options, ``tls.py`` makes TLS contexts of them, ``backoff.py`` says how long to
pause before the next attempt to connect, ``backlog.py`` keeps what came and was not settled, and ``receiver.py`` lets
``Inbox.receive`` wait for it. Nothing here knows a protocol.
"""

from __future__ import annotations

from .backlog import Backlog, Item
from .backoff import Backoff
from .receiver import Receiver
from .tls import tls_context
from .url import Address, read_url

__all__ = ["Address", "Backlog", "Backoff", "Item", "Receiver", "read_url", "tls_context"]
