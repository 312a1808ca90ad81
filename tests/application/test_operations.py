"""OperationSet: in order, all or nothing, and an answer for each operation."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager, contextmanager

import anyio
import pytest

import cimbus
from cimbus import Bus, Component, Message, OperationHandlers, RequestFailedError, RequestRefusedError
from cimbus.interface.envelope import Operation, OperationSet

pytestmark = pytest.mark.anyio


def request(*steps, sequence=None, integrity=None):
    operations = tuple(Operation(operation_id=number, noun=noun, verb=verb) for number, noun, verb in steps)
    return Message.of(
        OperationSet(enforce_msg_sequence=sequence, enforce_transactional_integrity=integrity, operations=operations)
    )


def answers(reply):
    return str(reply.result), [(error.operation_id, error.code) for error in reply.errors]


class Valves:
    """What the handlers change; number 13 cannot be changed, 99 not undone."""

    def __init__(self, **options):
        self.log = []
        self.handlers = OperationHandlers(**options)
        self.handlers.on("Valves", verb="create")(self.create)
        self.handlers.on("Valves", verb="delete")(self.delete)

    async def create(self, step):
        if step.number == 13:
            raise RequestRefusedError("6.2", "no pressure")
        self.log.append(step.number)

        async def undo():
            if step.number == 99:
                raise RuntimeError("stuck")
            self.log.remove(step.number)
            self.log.append(-step.number)

        return undo

    def delete(self, step):  # synchronous
        if step.number == 13:
            raise LookupError("a password")
        self.log.append(step.number)
        return lambda: self.log.append(-step.number)


async def test_operations_are_applied_as_they_stand_or_in_order():
    valves = Valves()
    as_given = await valves.handlers.apply(request((2, "Valves", "create"), (1, "Valves", "delete")))
    in_order = await valves.handlers.apply(request((2, "Valves", "created"), (1, "Valves", "delete"), sequence=True))

    assert answers(as_given) == ("OK", [(2, "0.0"), (1, "0.0")])
    assert answers(in_order) == ("OK", [(1, "0.0"), (2, "0.0")])
    assert valves.log == [2, 1, 1, 2]


async def test_without_integrity_each_is_for_itself():
    valves = Valves()
    steps = ((1, "Valves", "create"), (13, "Valves", "create"), (2, "Kettles", "create"), (3, "Valves", "change"))
    reply = await valves.handlers.apply(request(*steps, (4, "Valves", "delete")))

    assert answers(reply) == ("FAILED", [(1, "0.0"), (13, "6.2"), (2, "2.5"), (3, "2.9"), (4, "0.0")])
    assert [error.reason for error in reply.errors][1:4] == [
        "no pressure",
        "no operations of 'Kettles' here",
        "no 'change' of Valves here",
    ]
    assert valves.log == [1, 4]


async def test_with_integrity_the_first_failure_undoes_what_was_applied_the_last_first():
    valves = Valves()
    steps = [(number, "Valves", "create") for number in (1, 2, 13, 14)]
    reply = await valves.handlers.apply(request(*steps, integrity=True))

    assert answers(reply) == ("FAILED", [(1, "5.9"), (2, "5.9"), (13, "6.2"), (14, "5.2")])
    assert valves.log == [-2, -1]


async def test_with_integrity_nothing_is_attempted_where_one_has_no_handler():
    valves = Valves()
    reply = await valves.handlers.apply(request((1, "Valves", "create"), (2, "Kettles", "create"), integrity=True))

    assert answers(reply) == ("FAILED", [(1, "5.2"), (2, "2.5")])
    assert valves.log == []


async def test_the_text_of_an_exception_stays_here(caplog):
    valves = Valves()
    reply = await valves.handlers.apply(request((13, "Valves", "delete")))
    (error,) = reply.errors

    assert error.code == "5.3"
    assert "password" not in error.reason
    incident = error.reason.split("incident ")[1].split()[0]
    assert f"incident {incident}" in caplog.text


async def test_what_cannot_be_undone_is_said_and_the_others_are_undone(caplog):
    valves = Valves()
    steps = [(number, "Valves", "create") for number in (1, 99, 2, 13)]
    reply = await valves.handlers.apply(request(*steps, integrity=True))

    assert answers(reply) == ("FAILED", [(1, "5.9"), (99, "5.3"), (2, "5.9"), (13, "6.2")])
    assert reply.errors[1].level == "CATASTROPHIC"
    assert valves.log == [99, -2, -1]
    assert "operation 99" in caplog.text


async def test_a_cancelled_set_is_undone():
    valves = Valves()
    waiting = anyio.Event()

    @valves.handlers.on("Pumps", verb="create")
    async def hang(step):
        waiting.set()
        await anyio.sleep_forever()

    steps = ((1, "Valves", "create"), (2, "Pumps", "create"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(valves.handlers.apply, request(*steps, integrity=True))
        await waiting.wait()
        tasks.cancel_scope.cancel()

    assert valves.log == [-1]


@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_a_transaction_is_around_the_whole_set(kind):
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("CREATE TABLE valve (number INTEGER)")

    @contextmanager
    def transaction():
        db.execute("BEGIN")
        try:
            yield
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    @asynccontextmanager
    async def asynchronous():
        with transaction():
            yield

    operations = OperationHandlers(transaction=asynchronous if kind == "async" else transaction)

    @operations.on("Valves", verb="create")
    async def create(step):
        if step.number == 13:
            raise RequestFailedError("5.7", "no such valve")
        db.execute("INSERT INTO valve VALUES (?)", (step.number,))

    good = await operations.apply(request((1, "Valves", "create"), (2, "Valves", "create"), integrity=True))
    bad = await operations.apply(request((3, "Valves", "create"), (13, "Valves", "create"), integrity=True))

    assert answers(good) == ("OK", [(1, "0.0"), (2, "0.0")])
    assert answers(bad) == ("FAILED", [(3, "5.9"), (13, "5.7")])
    assert db.execute("SELECT number FROM valve").fetchall() == [(1,), (2,)]
    db.close()


async def test_a_commit_that_fails_is_answered_by_the_last_operation():
    @contextmanager
    def transaction():
        yield
        raise RequestFailedError("5.1", "disk full")

    valves = Valves(transaction=transaction)
    reply = await valves.handlers.apply(request((1, "Valves", "create"), (2, "Valves", "create"), integrity=True))

    assert answers(reply) == ("FAILED", [(1, "5.9"), (2, "5.1")])
    assert valves.log == [-2, -1]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Message.of(None, verb="execute", noun="OperationSet"), "no operations in it"),
        (request(), "no operations in it"),
        (request((1, "Valves", "create"), (1, "Valves", "delete")), "operationId 1 occurs more than once"),
    ],
)
async def test_a_set_that_cannot_be_told_apart_is_refused(message, reason):
    reply = await Valves().handlers.apply(message)

    assert [(str(reply.result), error.code, error.reason) for error in reply.errors] == [("FAILED", "1.6", reason)]


async def test_a_second_handler_is_refused():
    with pytest.raises(ValueError, match="create Valves already"):
        Valves().handlers.on("Valves", verb="create")


async def test_over_a_bus_the_requester_gets_an_answer_for_each():
    valves = Valves()
    plant = Component("plant")

    @plant.answers("OperationSet", verb="execute")
    async def execute(message):
        return await valves.handlers.apply(message)

    asked = request((2, "Valves", "create"), (13, "Valves", "create"), integrity=True)
    async with Bus("memory:", source="OMS") as bus, anyio.create_task_group() as tasks:
        await tasks.start(plant.run, bus)
        with pytest.raises(cimbus.ReplyError) as caught:
            await bus.request(asked, timeout=10)
        plant.stop()

    assert [(error.operation_id, error.code) for error in caught.value.errors] == [(2, "5.9"), (13, "6.2")]
    assert valves.log == [-2]
