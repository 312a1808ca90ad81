"""JMS brokers over protocols that are not Java: ``jms+stomp://`` and ``jms+amqp://``, each with an ``s`` for TLS.

JMS is an interface of Java; its brokers speak STOMP and AMQP 1.0 with other languages. What both protocols share is
pure and stands here: ``options`` of the URLs, ``destinations`` (topics, queues, and what a Java peer writes in
JMSReplyTo), ``properties`` (a frame's properties as JMS has them), ``selector`` (what a broker can select for us).
``stomp`` and ``amqp`` are a protocol each; the latter needs ``pip install 'cimbus[amqp]'``.
"""

from __future__ import annotations

from .options import JmsOptions

__all__ = ["JmsOptions"]
