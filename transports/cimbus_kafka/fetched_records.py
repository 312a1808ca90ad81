"""What a consumer's fetcher makes of the octets that it was sent, where aiokafka's own way costs or fails too much.

aiokafka makes a ``ConsumerRecord`` of each record that its C code has read: eleven fields, of which ``records`` reads
four. A consumer that was changed by ``read_plainly`` returns what the C code has read. Other consumers of the process
are not changed, nor are aiokafka's classes: a fetcher names its classes in one method, and gets that method with
another meaning of the names.

**Every name of aiokafka that is not public and used here** is in ``PRIVATE``, for the contract test.
"""

from __future__ import annotations

import importlib
from types import FunctionType, MethodType
from typing import Any, Final

from .aiokafka_types import AiokafkaConsumer

_fetcher: Any = importlib.import_module("aiokafka.consumer.fetcher")  # Any: aiokafka has no types

PRIVATE: Final = {
    "fetcher": ("PartitionRecords",),
    "Fetcher": ("_proc_fetch_request",),
    "PartitionRecords": ("_consumer_record",),
}


class PlainRecords(_fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka has no types
    """The records of one partition, as aiokafka's ``PartitionRecords``, without a ``ConsumerRecord`` for each."""

    def __iter__(self) -> Any:
        """Return the generator itself, not an iterator around it."""
        return self._records_iterator

    def _consumer_record(self, _: object, record: Any) -> Any:
        return record


def name_in_fetcher(client: AiokafkaConsumer, **names: object) -> None:
    """Have the fetcher of a consumer that was started use other classes under these names from now on."""
    inside: Any = client
    fetcher: Any = inside._fetcher  # noqa: SLF001
    method: Any = fetcher._proc_fetch_request  # noqa: SLF001
    function = FunctionType(method.__code__, {**method.__func__.__globals__, **names})
    fetcher._proc_fetch_request = MethodType(function, fetcher)  # noqa: SLF001


def read_plainly(client: AiokafkaConsumer) -> None:
    """Have a consumer that was started return records as aiokafka's C code reads them."""
    name_in_fetcher(client, PartitionRecords=PlainRecords)
