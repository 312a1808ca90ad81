"""What every transport over a network shares; the same floor as ``cimbus.transport``.

``url.py`` reads URLs and their typed options, ``tls.py`` makes TLS contexts of them, ``stream.py`` opens a stream with
both, ``writer.py`` writes to it, and ``backoff.py`` says how long to pause before the next attempt. ``batch.py`` keeps
the results of one send; ``backlog.py`` keeps what came and was not settled, and ``receiver.py`` lets ``Inbox.receive``
wait for it. ``seldom.py`` keeps logs short, and ``connected.py`` is the face of a transport made of such connections.
Nothing here knows a protocol.
"""

from __future__ import annotations

from .backlog import Backlog, Item
from .backoff import Backoff
from .batch import Batch
from .connected import Connected
from .receiver import Receiver
from .seldom import Seldom
from .stream import BROKEN, open_stream, why
from .tls import secure, tls_context
from .url import Address, read_url
from .writer import Writer

__all__ = [
    "BROKEN",
    "Address",
    "Backlog",
    "Backoff",
    "Batch",
    "Connected",
    "Item",
    "Receiver",
    "Seldom",
    "Writer",
    "open_stream",
    "read_url",
    "secure",
    "tls_context",
    "why",
]
