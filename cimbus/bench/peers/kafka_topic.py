"""What clients of Kafka need to know: the broker, the topic, and a group that begins where the topic ends now."""

from __future__ import annotations

from urllib.parse import urlsplit

from cimbus.application.bus import Bus
from cimbus.bench.extras import needed
from cimbus.middleware.frame import Frame

from .job import PeerJob


async def topic_of(job: PeerJob) -> str:
    """Return the name of the topic, which a message of cimbus has created."""
    async with Bus(job.url, context=job.context) as bus:
        await bus.transport.send([Frame(topic=job.topics[0], body=job.bodies[0], properties=job.properties)])
        return bus.transport.naming.address(job.topics[0]).partition("/")[0]


def broker_of(job: PeerJob) -> str:
    """Return host and port of the broker.

    >>> broker_of(PeerJob("kafka://broker", "x", 1))
    'broker:9092'
    """
    parts = urlsplit(job.url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 9092}"


async def group_at_end(job: PeerJob) -> str:
    """Return the topic, with the job's group committed at its end, so that nothing is missed that is sent later."""
    topic = await topic_of(job)
    consumer = needed("aiokafka").AIOKafkaConsumer(
        topic, bootstrap_servers=broker_of(job), group_id=job.context, enable_auto_commit=False
    )
    await consumer.start()
    try:
        await consumer.seek_to_end()
        await consumer.commit({each: await consumer.position(each) for each in consumer.assignment()})
    finally:
        await consumer.stop()
    return topic
