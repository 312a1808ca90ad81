"""JMS over AMQP 1.0: ``jms+amqp://`` and ``jms+amqps://``, on both event loops, without threads.

From the wire up: ``values`` and ``sections`` are messages as bytes, ``jms_mapping`` makes JMS messages of frames;
``proton_names``, ``links`` and ``engine`` are qpid-proton without sockets, for everything else; ``connection`` is one
connection. ``sender`` and ``consumer`` use connections, ``settlements`` are the outcomes of messages that came;
``transaction`` sends and settles all or none; ``transport`` is what a bus sees.

Verified on ActiveMQ Artemis 2.40. There, ``max-delivery-attempts`` should be -1 for our addresses: it counts lost
connections as deliveries that failed, and dead-letters what was on its way after ten of them; a bus has dead letters of
its own.
"""

from __future__ import annotations

from cimbus.errors import MissingExtraError

try:
    import proton as _proton
except ImportError as exc:
    raise MissingExtraError(
        "jms+amqp: needs python-qpid-proton; install it with: pip install 'cimbus[amqp]' (it is built from source, "
        "which takes a C compiler)"
    ) from exc

from .transport import AmqpTransport

del _proton

__all__ = ["AmqpTransport"]
