"""How many brokers, partitions, consumers and links a utility needs, from the measured cost of a message.

The model is linear: a message costs what it cost in a measured run, whatever else is sent. That holds as long as the
mix of streams, the size of batches and the number of subscriptions stay as they were measured; ``docs/scaling.md``
says what changes first.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

from cimbus.errors import UsageError

from .result import RunResult
from .scenario import REFERENCE_METERS

__all__ = ["Capacity", "capacity_for", "predicted_factor"]

UTILISATION: Final = 0.6
"""Share of a core that is planned for: above, waiting times grow quickly, and a process that is lost is missed."""
BUSY: Final = 0.9
"""Share of a core, or of all of them, at which a load is at its limit (ours): above, messages wait too long."""
REPLICAS: Final = 3
"""Copies of each message on a broker that keeps several: Kafka's usual number."""
SPARE_PARTITIONS: Final = 2
"""Partitions per consumer, so that consumers can be added before partitions have to be."""
LEAST_BROKERS: Final = 3
"""Brokers of a cluster that survives the loss of one."""
GIB: Final = 2**30


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """What a utility needs in a situation.

    >>> "partitions" in Capacity.__struct_fields__
    True

    Attributes:
        meters: of the utility.
        rate: messages a second; ``megabits``: of all of them together, a second, once.
        publisher_cores, consumer_cores, broker_cores: busy cores at that rate.
        publishers, consumers: processes, each of which uses one core at most.
        brokers: of four cores each, at least three.
        partitions: of the busiest topic.
        links: of 1 Gbit/s, in and out of the brokers: each message once in, once to each application, and to replicas.
        stored: bytes of one hour of these messages, replicas included.
    """

    meters: float
    rate: float
    megabits: float
    publisher_cores: float
    consumer_cores: float
    broker_cores: float
    publishers: int
    consumers: int
    brokers: int
    partitions: int
    links: int
    stored: float


def capacity_for(run: RunResult, meters: float, *, cores_per_broker: int = 4) -> Capacity:
    """Return what a utility needs in the situation of a measured run.

    Raises:
        UsageError: the run did not measure what a message costs.

    >>> import anyio, msgspec
    >>> from cimbus.bench import BenchOptions, load_scenario, run_benchmark
    >>> options = BenchOptions(url="memory:an-example", seconds=0.2)
    >>> run = anyio.run(run_benchmark, [load_scenario("work-orders")], options).runs[0]
    >>> from cimbus.bench.result import MessageCost
    >>> run = msgspec.structs.replace(run, cost=MessageCost(publish=50, handle=80, broker=20))  # µs of CPU
    >>> capacity_for(run, 1e8).rate > capacity_for(run, 1e6).rate
    True
    """
    publish, handle, broker = _costs(run)
    rate = run.rate_due / run.factor * meters / REFERENCE_METERS
    copies = sum(each.handled for each in run.streams) / max(sum(each.due for each in run.streams), 1)
    sizes = {stage.stream: stage.size for stage in run.stages}
    due = sum(each.due for each in run.streams)
    size = sum(each.due * sizes.get(each.name, 0) for each in run.streams) / max(due, 1)
    megabits = rate * size * 8 / 1e6
    cores = [rate * cost / 1e6 for cost in (publish, handle * copies, broker)]
    processes = [max(1, math.ceil(each / UTILISATION)) for each in cores]
    return Capacity(
        meters=meters,
        rate=round(rate, 1),
        megabits=round(megabits, 2),
        publisher_cores=round(cores[0], 3),
        consumer_cores=round(cores[1], 3),
        broker_cores=round(cores[2], 3),
        publishers=processes[0],
        consumers=processes[1],
        brokers=max(LEAST_BROKERS, math.ceil(cores[2] * REPLICAS / UTILISATION / cores_per_broker)),
        partitions=processes[1] * SPARE_PARTITIONS,
        links=max(1, math.ceil(megabits * (1 + copies + REPLICAS - 1) / 1000 / UTILISATION)),
        stored=round(rate * size * 3600 * REPLICAS / GIB, 3),
    )


def predicted_factor(run: RunResult, cores: float) -> float:
    """Return the factor that so many cores sustain: what a search for the limit should find.

    It is the lower of two: where all of it together uses ``BUSY`` of the cores, and where the busiest process of cimbus
    uses ``BUSY`` of one, since Python code runs on one core at a time. A broker may use several.

    Raises:
        UsageError: the run did not measure what a message costs.

    >>> import anyio, msgspec
    >>> from cimbus.bench import BenchOptions, load_scenario, run_benchmark
    >>> options = BenchOptions(url="memory:an-example", seconds=0.2)
    >>> run = anyio.run(run_benchmark, [load_scenario("work-orders")], options).runs[0]
    >>> from cimbus.bench.result import ProcessUse
    >>> use = ProcessUse(name="publisher", cpu_seconds=0.1, cpu_share=0.5, rss_max=1)
    >>> run = msgspec.structs.replace(run, processes=(use,))
    >>> predicted_factor(run, 2) > 0  # what factor 1 uses of a core decides
    True
    """
    used = sum(each.cpu_seconds for each in run.processes)
    if not used or not run.wall_seconds:
        raise UsageError("the run did not measure CPU: give a report of a run with messages")
    if any(each.name == "all" for each in run.processes):
        cores = 1.0  # one process does everything
    busiest = max((each.cpu_seconds for each in run.processes if each.name != "broker"), default=0.0)
    share = max(used / cores, busiest)
    return round(run.factor * BUSY * run.due_seconds / share, 2)


def _costs(run: RunResult) -> tuple[float, float, float]:
    """Return CPU per message of publishers, applications and broker, in microseconds."""
    cost = run.cost
    if cost.publish or cost.handle:
        return cost.publish, cost.handle, cost.broker
    sent, used = sum(each.sent for each in run.streams), sum(each.cpu_seconds for each in run.processes) * 1e6
    if not sent or not used:
        raise UsageError("the run did not measure CPU: give a report of a run with messages")
    whole = used / sent  # one process does everything: what is not publishing is handling
    publish = min(cost.make + cost.encode, whole)
    handled = sum(each.handled for each in run.streams)
    return publish, (whole - publish) * sent / max(handled, 1), 0.0
