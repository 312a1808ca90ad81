"""A session connects again and again, but gives up where that does not help."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus.errors import ConnectError
from cimbus.middleware.net import Backoff, ReconnectingSession, RefusedError
from cimbus.middleware.tasks import background

from .lines import Listener, broker

pytestmark = pytest.mark.anyio

log = logging.getLogger("cimbus.test")


def session(there, user, *, patient=False, backoff=None):
    return ReconnectingSession(lambda: there.opened(user), patient=patient, name="me", log=log, backoff=backoff)


async def test_a_lost_connection_is_made_again(caplog):
    caplog.set_level(logging.INFO, "cimbus.test")
    user = Listener()
    async with broker() as there, background() as tasks:
        ours = session(there, user)
        await tasks.start(ours.run)
        assert ours.up
        await there.cut()
        await there.until(lambda: ours.reconnects == 1 and "connected again" in caplog.text)
        await ours.stop()
    assert [event.partition(":")[0] for event in user.events] == ["connected", "disconnected"] * 2
    assert not ours.up
    assert ours.ended is None


async def test_only_an_impatient_first_attempt_fails():
    user = Listener()
    async with broker() as there:
        there.welcome = b"WHAT\n"
        with pytest.raises(ConnectError, match="an answer that is none"):
            await session(there, user).run()
        async with background() as tasks:
            patient = session(there, user, patient=True)
            tasks.start_soon(patient.run)
            await there.until(lambda: there.accepted >= 3)
            there.welcome = b"WELCOME\n"
            await there.until(lambda: patient.up)
            await patient.stop()


async def test_a_refusal_fails_even_a_patient_first_attempt():
    async with broker() as there:
        there.welcome = b"NO\n"
        with pytest.raises(RefusedError):
            await session(there, Listener(), patient=True).run()
        assert there.accepted == 1


async def test_a_refusal_of_the_connection_is_tried_again_later():
    """The broker has accepted us before: it may only be starting."""
    async with broker() as there, background() as tasks:
        ours = session(there, Listener())
        await tasks.start(ours.run)
        there.welcome = b"NO\n"
        await there.cut()
        await there.until(lambda: there.accepted >= 3)
        there.welcome = b"WELCOME\n"
        await there.until(lambda: ours.up and ours.reconnects)
        await ours.stop()


async def test_a_refusal_on_a_connection_ends_the_session():
    class Refused(Listener):
        async def connected(self, connection):
            await super().connected(connection)
            if self.events.count("connected") > 1:
                raise RefusedError("no such subscription")

    async with broker() as there, background() as tasks:
        ours = session(there, Refused())
        await tasks.start(ours.run)
        await there.cut()
        await there.until(lambda: ours.ended is not None)
    assert str(ours.ended) == "no such subscription"


async def test_stopping_ends_a_pause_at_once(caplog):
    an_hour = Backoff(first=3600.0, longest=3600.0, draw=lambda: 1.0)
    async with broker() as there:
        there.welcome = b"WHAT\n"
        ours = session(there, Listener(), patient=True, backoff=an_hour)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ours.run)
            await there.until(lambda: "trying again" in caplog.text)
            with anyio.fail_after(20):
                await ours.stop()


async def test_a_subclass_decides_about_ends_and_pauses():
    class Fussy(ReconnectingSession):
        seen = ()

        def _ended(self, lost, life):
            self.seen += (("ended", str(lost), life < 5),)
            return 0.01

        def _paused(self):
            raise RefusedError("enough")

    async with broker() as there, background() as tasks:
        ours = Fussy(lambda: there.opened(Listener()), patient=False, name="me", log=log)
        await tasks.start(ours.run)
        await there.cut()
        await there.until(lambda: ours.ended is not None)
    assert ours.seen == (("ended", "the broker closed the connection", True),)
    assert str(ours.ended) == "enough"
