"""What the network transports share: URLs, TLS contexts, pauses, the backlog and the receiver before it."""

from __future__ import annotations

import ssl
from typing import Annotated, Literal

import anyio
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.errors import ClosedError, UsageError
from cimbus.frame import Frame
from cimbus.net import Address, Backlog, Backoff, Receiver, read_url, tls_context
from cimbus.net.backlog import FIRST_REST
from cimbus.topic import Topic

PORTS = {"mq": 1, "mqs": 2}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    qos: Annotated[int, msgspec.Meta(ge=0, le=2)] = 1
    mode: Literal["a", "b"] = "a"
    wait: float = 1.5
    fast: bool = False


def frame(key="k", body=b""):
    return Frame(topic=Topic("c", "events", "N", "created", key), body=body)


# -- URLs ---------------------------------------------------------------------------------------------------------


def test_a_whole_url():
    address, options = read_url("mqs://us%40er:p%3Ass@host:99/a%20b?qos=2&wait=0.5&fast=true&mode=b", PORTS, Options)
    assert address == Address(scheme="mqs", host="host", port=99, user="us@er", password="p:ss", path="/a b")
    assert options == Options(qos=2, wait=0.5, fast=True, mode="b")
    assert str(address) == "mqs://host:99"


def test_defaults():
    address, options = read_url("mq:", PORTS, Options)
    assert address == Address(scheme="mq", host="localhost", port=1)
    assert options == Options()
    assert str(read_url("mq://[::1]/", PORTS, Options)[0]) == "mq://[::1]:1"


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("mq://u:s3cret@h/?nope=1", "unknown option 'nope'; there are fast, mode, qos, wait"),
        ("mq://u:s3cret@h/?qos=9", "qos"),
        ("mq://u:s3cret@h/?qos=x", "qos"),
        ("mq://u:s3cret@h/?mode=c", "mode"),
        ("mq://u:s3cret@h/?qos=1&qos=1", "twice"),
        ("xx://u:s3cret@h/", "unknown scheme 'xx'.*mqs://"),
        ("mq://u:s3cret@h:port/", "not a URL"),
        ("mq://u:s3cret@h/#x", "%23"),
    ],
)
def test_what_is_refused(url, text):
    with pytest.raises(UsageError, match=text) as caught:
        read_url(url, PORTS, Options)
    assert "s3cret" not in str(caught.value)


def test_passwords_are_not_shown():
    assert "s3cret" not in repr(read_url("mq://u:s3cret@h", PORTS, Options)[0])


# -- TLS ----------------------------------------------------------------------------------------------------------


def test_a_context_verifies():
    context = tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_files_that_cannot_be_used(tmp_path):
    bad = tmp_path / "bad.pem"
    bad.write_text("nothing")
    with pytest.raises(UsageError, match="option ca"):
        tls_context(ca=str(bad))
    with pytest.raises(UsageError, match="option ca"):
        tls_context(ca=str(tmp_path / "missing"))
    with pytest.raises(UsageError, match="cert and key"):
        tls_context(cert=str(bad))
    with pytest.raises(UsageError, match="needs the option cert"):
        tls_context(key=str(bad))


# -- backoff ------------------------------------------------------------------------------------------------------


def test_pauses_double_up_to_the_longest():
    backoff = Backoff(1, 10, draw=lambda: 1.0)
    assert [backoff.pause() for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    backoff.reset()
    assert backoff.pause() == 1
    assert Backoff(1, 10, draw=lambda: 0.0).pause() == 0


@given(st.integers(0, 5000))
def test_pauses_are_bounded(failures):
    backoff = Backoff()
    backoff.failures = failures
    assert 0 <= backoff.pause() <= 30


@pytest.mark.parametrize(("first", "longest"), [(0, 1), (2, 1), (-1, 1)])
def test_impossible_pauses(first, longest):
    with pytest.raises(ValueError):
        Backoff(first, longest)


# -- backlog ------------------------------------------------------------------------------------------------------


def test_credit_and_order():
    backlog = Backlog(2)
    items = [backlog.put(frame(), number) for number in range(3)]
    assert [item.mark for item in backlog.take(0)] == [0, 1]
    assert backlog.take(0) == []
    assert backlog.forget(items[0])
    assert not backlog.forget(items[0])
    assert not backlog.release(items[0], 0)
    assert [item.mark for item in backlog.take(0)] == [2]
    assert {item.mark for item in backlog} == {1, 2}


def test_a_released_frame_rests_and_holds_up_its_key_only():
    backlog = Backlog(10)
    first = backlog.put(frame("a"), 1)
    backlog.take(0)
    assert backlog.release(first, 100)
    for mark, key in ((2, "a"), (3, "b"), (4, ""), (5, "a")):
        backlog.put(frame(key), mark)
    assert [item.mark for item in backlog.take(100)] == [3, 4]
    assert backlog.waiting == 3
    assert backlog.alarm == 100 + FIRST_REST
    assert {item.mark for item in backlog} == {1, 2, 3, 4, 5}
    assert [(item.mark, item.attempt) for item in backlog.take(101)] == [(1, 2), (2, 1), (5, 1)]
    assert backlog.alarm is None


def test_rests_grow_and_end():
    backlog, rests, now = Backlog(1), [], 0.0
    item = backlog.put(frame(), None)
    for _ in range(12):
        assert backlog.take(now) == [item]
        backlog.release(item, now)
        assert backlog.take(now) == []
        rests.append(backlog.alarm - now)
        now = backlog.alarm
    assert rests[:3] == pytest.approx([0.01, 0.02, 0.04])
    assert rests == sorted(rests) or rests == pytest.approx(sorted(rests))
    assert rests[-1] == pytest.approx(1.0)


@given(
    st.integers(1, 5),
    st.lists(
        st.one_of(
            st.sampled_from("abc").map(lambda key: ("put", key)),
            st.tuples(st.sampled_from(["take", "accept", "release"]), st.integers(0, 4)),
        )
    ),
)
def test_nothing_is_lost_and_keys_keep_their_order(credit, steps):
    """Whatever is done; with one frame of each key in hand at a time, a key's frames are finished in their order."""
    backlog, hand, done, put, now = Backlog(credit), [], {}, {}, 0.0
    for step, value in steps:
        now += 0.3
        if step == "put":
            number = sum(map(len, put.values()))
            put.setdefault(value, []).append(number)
            backlog.put(frame(value, bytes(number)), number)
        elif step == "take":
            hand += backlog.take(now)
        elif hand:
            item = hand.pop(value % len(hand))
            if step == "release":
                backlog.release(item, now)
            else:
                backlog.forget(item)
                done.setdefault(item.frame.topic.key, []).append(item.mark)
        assert len(backlog.holds) <= credit
    assert backlog.waiting + len(backlog.holds) == sum(map(len, put.values())) - sum(map(len, done.values()))
    assert backlog.size == sum(len(item.frame.body) for item in backlog) - sum(len(item.frame.body) for item in hand)
    for item in hand:
        backlog.forget(item)
        done.setdefault(item.frame.topic.key, []).append(item.mark)
    while backlog.waiting:
        now += 2
        for item in backlog.take(now):
            backlog.forget(item)
            done.setdefault(item.frame.topic.key, []).append(item.mark)
    assert {key: sorted(marks) for key, marks in done.items()} == put


# -- receiver -----------------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_receiver_waits_for_frames_credit_and_rest():
    done = []
    receiver = Receiver(1, lambda item, outcome: done.append((item.mark, outcome.value)))
    found = []

    async def receive():
        found.extend(await receiver.receive())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        await anyio.wait_all_tasks_blocked()
        receiver.backlog.put(frame(body=b"1"), "m1")
        receiver.backlog.put(frame(body=b"2"), "m2")
        receiver.look()
    (first,) = found
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        await anyio.wait_all_tasks_blocked()
        assert len(found) == 1
        first.release()
    assert found[1].value.body == b"1"
    assert found[1].attempt == 2
    found[1].accept()
    (second,) = await receiver.receive()
    second.reject()
    assert done == [("m1", "accepted"), ("m2", "rejected")]


@pytest.mark.anyio
async def test_a_closed_receiver_says_why_and_hears_nothing():
    done = []
    receiver = Receiver(5, lambda item, outcome: done.append(item))
    receiver.backlog.put(frame(), None)
    (delivery,) = await receiver.receive()
    errors = []

    async def receive():
        try:
            await receiver.receive()
        except ClosedError as exc:
            errors.append(str(exc))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        tasks.start_soon(receive)
        await anyio.wait_all_tasks_blocked()
        receiver.close("taken over")
    receiver.close("something else")
    await receive()
    delivery.accept()
    assert errors == ["taken over"] * 3
    assert done == []


def test_what_waits_is_dropped_resting_or_not():
    """Frames in hand stay, and so does what nobody asked for; the counts follow."""
    backlog: Backlog[str] = Backlog(2)
    for number, key in enumerate("aabbc"):
        backlog.put(frame(key, b"%d" % number), key)
    one, two = backlog.take(0.0)
    backlog.release(one, 0.0)

    backlog.drop_waiting(lambda item: item.mark in "ab")

    assert (backlog.waiting, backlog.size) == (1, 1)
    assert list(backlog.holds.values()) == [two]
    assert backlog.forget(two)
    assert [item.mark for item in backlog.take(10.0)] == ["c"]
    backlog.put(frame("d", b"d"), "d")
    backlog.drop_waiting()
    assert (backlog.waiting, backlog.size) == (0, 0)
