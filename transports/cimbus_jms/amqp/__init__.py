"""JMS over AMQP 1.0: ``jms+amqp://`` and ``jms+amqps://``, on both event loops, without threads.

From the wire up: ``values`` and ``sections`` are messages as bytes, ``mapping`` makes JMS messages of frames;
``native``, ``ends`` and ``engine`` are qpid-proton without sockets, for everything else; ``place`` opens connections,
``link`` is one; ``outgoing`` and ``incoming`` live on them (``handler`` is what they and a link know of each other,
``ledger`` what is said of messages that came); ``subscription`` says what is listened to; ``transaction`` is all or
nothing; ``transport`` is the face that a bus sees.

Verified on ActiveMQ Artemis 2.40. There, ``max-delivery-attempts`` should be -1 for our addresses: it counts lost
connections as deliveries that failed, and after ten of them puts what was on its way into its dead letters; a bus has
dead letters of its own.
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
