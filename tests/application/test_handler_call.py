"""How a handler's function is called."""

from __future__ import annotations

import threading

import pytest

from cimbus import Message, UnitOfWork
from cimbus.application.context import HandlerContext
from cimbus.application.handler_call import caller_of, takes_unit_of_work

from .support import event

pytestmark = pytest.mark.anyio


class Callable:
    async def __call__(self, message: Message) -> str:
        return "awaited"

    def method(self, message: Message, work: UnitOfWork) -> str:
        return "method"


async def coroutine(message, work: UnitOfWork):
    return work


def synchronous(message):
    return threading.get_ident()


async def generator(message):
    yield 1


def test_a_unit_of_work_is_recognised_by_its_annotation():
    assert takes_unit_of_work(coroutine)
    assert takes_unit_of_work(Callable().method)
    assert not takes_unit_of_work(synchronous)
    assert not takes_unit_of_work(lambda message, count=1: None)
    assert not takes_unit_of_work(print)


@pytest.mark.parametrize("wrong", [lambda message, bus: None, lambda message, work, more: None, lambda: None])
def test_what_is_no_handler_is_refused(wrong):
    with pytest.raises(TypeError, match=r"takes (no message|\w+(, \w+)* behind its message)"):
        takes_unit_of_work(wrong)


async def test_each_form_of_handler_is_called_in_its_way():
    message, context = Message.of(event()), HandlerContext(None)
    context.unit_of_work = work = UnitOfWork((), None)

    assert await caller_of(coroutine)(message, context) is work
    assert await caller_of(Callable())(message, context) == "awaited"
    assert await caller_of(synchronous)(message, context) != threading.get_ident()
    assert [each async for each in await caller_of(generator)(message, context)] == [1]
