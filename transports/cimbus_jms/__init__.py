"""JMS brokers over their own wires: ``jms+stomp://`` and ``jms+amqp://``, each with an ``s`` behind it for TLS.

No Python speaks JMS, which is an interface of Java; its brokers speak STOMP and AMQP 1.0. What both wires share is pure
and stands here: ``options`` of the URLs, ``destinations`` (topics, queues, and what a Java peer writes in JMSReplyTo),
``properties`` (a frame's properties as JMS has them). ``stomp`` and ``amqp`` are a wire each; the latter needs
``pip install 'cimbus[amqp]'``.
"""

from __future__ import annotations

from .options import Options

__all__ = ["Options"]
