"""Records with headers whose names are not UTF-8: aiokafka cannot read them, and would stop at the first one for good.

Kafka does not check the names of headers (KIP-82 says that they are strings), so any producer can write one. A consumer
that has met one is changed by ``read_tolerantly``: a batch that cannot be read is then read by aiokafka's Python code,
and such headers are left out. Other consumers of the process are not changed, nor are aiokafka's classes.

**Every name of aiokafka that is not public and used here** is in ``PRIVATE``, for the contract test.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .aiokafka_types import AiokafkaConsumer, Partition
from .fetched_records import name_in_fetcher

_default_records: Any = importlib.import_module("aiokafka.record.default_records")  # Any: aiokafka has no types
_memory_records: Any = importlib.import_module("aiokafka.record.memory_records")

PRIVATE: Final = {
    "fetcher": ("MemoryRecords",),
    "_MemoryRecordsPy": ("next_batch",),
    "_DefaultRecordBatchPy": ("_maybe_uncompress", "_read_msg"),
}
_MAGIC: Final = 16
"""Where the version of a batch stands, in any version (aiokafka's memory_records says why)."""
_V2: Final = 2
"""The first version of the format with headers (KIP-98)."""
_ESCAPED: Final = range(0xDC80, 0xDD00)
"""Characters that stand for octets which are not UTF-8 (PEP 383)."""

LeftOut = Callable[[int, int], None]
"""Takes the offset of a record, and how many of its headers were left out."""


def is_strange_name(error: BaseException) -> bool:
    """Return whether aiokafka could not read a record because a header's name is not UTF-8."""
    return any(isinstance(each, UnicodeDecodeError) for each in (error, error.__cause__))  # a cause: without its C code


def failed_partition(client: AiokafkaConsumer) -> Partition | None:
    """Return the partition whose fetched records have just raised an error; None if that cannot be said."""
    inside: Any = client
    for where, result in inside._fetcher._records.items():  # noqa: SLF001
        records: Any = getattr(getattr(result, "_partition_records", None), "_records_iterator", None)
        if records is not None and records.gi_frame is None:
            return Partition(*where)
    return None


def read_tolerantly(client: AiokafkaConsumer, left_out: LeftOut) -> None:
    """Have a consumer that was started read with ``tolerant_records`` what it fetches from now on."""
    name_in_fetcher(client, MemoryRecords=partial(tolerant_records, left_out))


def tolerant_records(left_out: LeftOut, data: bytes) -> Any:
    """Return what was fetched of a partition, as aiokafka's ``MemoryRecords``."""
    records = _memory_records._MemoryRecordsPy(data)  # noqa: SLF001
    strictly = records.next_batch

    def next_batch() -> Any:
        octets = records._next_slice  # noqa: SLF001
        batch = strictly()
        return _tolerant_batch(octets, left_out) if batch is not None and _has_strange_name(octets) else batch

    records.next_batch = next_batch
    return records


def _has_strange_name(octets: memoryview) -> bool:
    try:
        for _ in _default_records.DefaultRecordBatch(octets) if octets[_MAGIC] >= _V2 else ():
            pass
    except Exception as exc:  # noqa: BLE001  # what else is wrong with a batch is said where it is used
        return is_strange_name(exc)
    return False


def _tolerant_batch(octets: memoryview, left_out: LeftOut) -> Any:
    """Return a batch, as aiokafka's ``DefaultRecordBatch``, that is read without such headers."""
    batch = _default_records._DefaultRecordBatchPy(octets)  # noqa: SLF001
    uncompress, strictly = batch._maybe_uncompress, batch._read_msg  # noqa: SLF001

    def maybe_uncompress() -> None:
        uncompress()
        batch._buffer = _Octets(batch._buffer)  # noqa: SLF001

    def read_message() -> Any:
        record = strictly()
        strange = [pair for pair in record.headers if any(ord(character) in _ESCAPED for character in pair[0])]
        if strange:
            record.headers[:] = [pair for pair in record.headers if pair not in strange]
            left_out(record.offset, len(strange))
        return record

    batch._maybe_uncompress, batch._read_msg = maybe_uncompress, read_message  # noqa: SLF001
    return batch


class _Octets(bytearray):
    """A buffer whose parts can be decoded, whatever they are."""

    if not TYPE_CHECKING:  # bytearray's own has overloads

        def __getitem__(self, place: Any) -> Any:
            found = super().__getitem__(place)
            return _Octets(found) if isinstance(place, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> str:
        """Decode; what is not UTF-8 becomes surrogates."""
        return bytes(self).decode(encoding, errors)
