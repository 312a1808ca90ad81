"""A header whose name is not UTF-8 is left out, and its record and those behind it are read."""

from __future__ import annotations

import contextlib
import inspect

import pytest
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.producer import message_accumulator, producer
from aiokafka.record import default_records, memory_records
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from hypothesis import given
from hypothesis import strategies as st

from cimbus_kafka.tolerant_records import PRIVATE, is_strange_name, tolerant_records

from . import support


class RawName(str):
    """The name of a header that is written as other octets than it has."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe" + super().encode()


class Octets:
    """The name of a header, as any octets."""

    def __init__(self, octets):
        self.octets = octets

    def encode(self, *_):
        return self.octets


def is_utf8(octets):
    with contextlib.suppress(UnicodeDecodeError):
        return octets.decode() is not None
    return False


def batch(first, records, compression=0):
    builder = _DefaultRecordBatchBuilderPy(2, compression, 0, -1, -1, -1, 1_000_000)
    for number, (value, headers) in enumerate(records):
        builder.append(number, 0, b"key", value, headers)
    data = bytearray(builder.build())
    data[:8] = first.to_bytes(8, "big")  # the base offset; the checksum does not cover it
    return bytes(data)


def read(data, left_out=lambda *_: None):
    records, found = tolerant_records(left_out, data), []
    while records.has_next():
        one = records.next_batch()
        assert one.validate_crc()
        found += [(record.offset, record.value, list(record.headers)) for record in one]
    return found


GOOD = [("Verb", b"created"), ("none", None)]


@pytest.mark.parametrize("compression", [0, 1])
def test_only_that_header_is_left_out(compression):
    data = batch(5, [(b"1", GOOD), (b"2", [*GOOD, (RawName("x"), b"y")]), (b"3", GOOD)], compression)
    data += batch(8, [(b"4", GOOD)], compression)

    left_out = []
    found = read(data, lambda *note: left_out.append(note))

    assert found == [(5, b"1", GOOD), (6, b"2", GOOD), (7, b"3", GOOD), (8, b"4", GOOD)]
    assert left_out == [(6, 1)]


@given(st.lists(st.lists(st.binary(max_size=6), max_size=5), min_size=1, max_size=5))
def test_any_octets_are_read_over(names):
    records = [(b"%d" % number, [(Octets(each), b"v") for each in row]) for number, row in enumerate(names)]

    assert read(batch(0, records)) == [
        (number, b"%d" % number, [(each.decode(), b"v") for each in row if is_utf8(each)])
        for number, row in enumerate(names)
    ]


def test_what_aiokafka_reads_is_as_it_was():
    data = batch(0, [(b"1", GOOD), (b"2", [])])
    plain = memory_records.MemoryRecords(data).next_batch()

    assert read(data) == [(record.offset, record.value, list(record.headers)) for record in plain]


def test_other_damage_is_said_as_aiokafka_says_it():
    data = bytearray(batch(0, [(b"1", GOOD)]))
    data[-1] ^= 0xFF  # the number of a header's octets
    records = tolerant_records(lambda *_: None, bytes(data))

    assert not records.next_batch().validate_crc()


def test_the_private_names_are_there():
    owners = {
        "fetcher": fetcher,
        "Fetcher": fetcher.Fetcher,
        "_DefaultRecordBatchPy": default_records._DefaultRecordBatchPy,
        "_MemoryRecordsPy": memory_records._MemoryRecordsPy,
    }
    for owner, names in PRIVATE.items():
        assert all(hasattr(owners[owner], name) for name in names), owner
    code = fetcher.Fetcher._proc_fetch_request.__code__
    assert "MemoryRecords" in code.co_names
    assert not code.co_freevars
    parts = inspect.signature(fetcher.PartitionRecords).parameters
    assert parts.keys() >= {"tp", "records", "fetch_offset"}


def test_it_is_told_from_other_errors():
    assert is_strange_name(UnicodeDecodeError("utf-8", b"", 0, 1, "bad"))
    assert not is_strange_name(CorruptRecordException("checksum"))


async def produce(kafka, name, partition, *bodies):
    """Send records as a client that does not know cimbus; the one named ``bad`` has a header with a strange name."""
    for body in bodies:
        headers = [("Verb", b"changed"), (RawName("x"), b"")] if body == b"bad" else []
        await support.produce(kafka, name, (b"k", body, headers), partition=partition)


@pytest.mark.broker
@pytest.mark.anyio
@pytest.mark.parametrize("group", ["", "group"])
async def test_the_record_comes_without_it_and_nothing_is_lost(kafka, monkeypatch, group):
    """Neither before, nor behind, nor in another partition; and aiokafka is as it was for others."""
    for module in (message_accumulator, producer):
        monkeypatch.setattr(module, "DefaultRecordBatchBuilder", _DefaultRecordBatchBuilderPy)
    where = support.context()
    name = support.topic(where)
    await support.make(kafka, name, {}, partitions=2)
    async with (
        support.transport(kafka) as transport,
        transport.listen(support.spec(where, group)) as consumer,
        transport.listen(support.spec(where, "other")) as other,
    ):
        await produce(kafka, name, 0, b"1", b"bad", b"2", b"bad", b"3")
        await produce(kafka, name, 1, b"4", b"5", b"bad", b"6")
        found = [(each.value.body, each.value.topic.verb) for each in await support.receive(consumer, 9)]
        await support.receive(other, 9)
        reader = transport._sessions[consumer]._reader

        assert sorted(found) == sorted(
            [(b"%d" % number, "created") for number in range(1, 7)] + [(b"bad", "changed")] * 3
        )
        assert reader.left_out >= 3
        assert fetcher.MemoryRecords is memory_records.MemoryRecords
    assert reader.skipped == 0
