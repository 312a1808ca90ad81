"""The contract, part eight: a group is its name and its patterns."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import msgspec
import pytest

from cimbus.interface.topic import Pattern
from cimbus.middleware.frame import Frame
from cimbus.middleware.group import GroupAdmin, GroupDescription
from cimbus.middleware.transport import SubscriptionSpec, Transport

from .support import NOUN, ContractSupport, bodies, collect, numbers, promise, sent

OTHER = "MeterReadings"


class IdentifyingContract(ContractSupport):
    """What makes a group another group."""

    def of_nouns(self, *nouns: str, durable: bool = True, context: str = "") -> SubscriptionSpec:
        """Make a subscription of the group ``same`` to some nouns."""
        patterns = tuple(Pattern(context=context or self.context, kind="events", noun=noun) for noun in nouns)
        return SubscriptionSpec(patterns=patterns, group=f"same-{self.context}", durable=durable)

    def elsewhere(self, frame: Frame) -> Frame:
        """Return a frame in another environment."""
        topic = msgspec.structs.replace(frame.topic, context=f"{self.context}b")
        return msgspec.structs.replace(frame, topic=topic, properties={**frame.properties, "Context": topic.context})

    async def needs_durable_groups(self) -> None:
        """Skip the test if the transport does not promise them."""
        await self.needs("groups", "durable")

    @promise
    async def test_two_nouns_in_one_group(self) -> None:
        """Each subscription receives its noun, and nothing of the other's."""
        await self.needs("groups")
        for durable in (True, False):
            if durable and not self.transport().traits.durable:
                continue
            async with (
                self.transport() as transport,
                transport.listen(self.of_nouns(NOUN, durable=durable)) as events,
                transport.listen(self.of_nouns(OTHER, durable=durable)) as readings,
            ):
                for number in range(5):
                    await sent(transport, [self.frame(body=b"%d" % number)])
                    await sent(transport, [self.frame(body=b"%d" % (number + 10), noun=OTHER)])
                assert bodies(await collect(events, 5)) == numbers(5)
                assert bodies(await collect(readings, 5)) == numbers(15)[10:]

    @promise
    async def test_two_environments_in_one_group(self) -> None:
        """A group of one name in two contexts is two groups; both keep what comes while they are away."""
        await self.needs_durable_groups()
        here, there = self.of_nouns(NOUN), self.of_nouns(NOUN, context=f"{self.context}b")
        async with self.transport() as transport:
            async with transport.listen(here), transport.listen(there):
                pass
            await sent(transport, self.frames(5))
            await sent(transport, map(self.elsewhere, self.frames(3)))
            async with transport.listen(here) as one, transport.listen(there) as two:
                assert bodies(await collect(one, 5)) == numbers(5)
                assert bodies(await collect(two, 3)) == numbers(3)

    @promise
    async def test_patterns_that_are_changed_begin_a_new_group(self) -> None:
        """The new group receives from now on; the old one keeps its backlog, and goes on collecting."""
        await self.needs_durable_groups()
        old, new = self.of_nouns(NOUN), self.of_nouns(NOUN, OTHER)
        async with self.transport() as transport:
            async with transport.listen(old):
                pass
            await sent(transport, self.frames(3))
            async with transport.listen(new) as consumer:
                await sent(transport, [self.frame(body=b"3")])
                await sent(transport, [self.frame(body=b"other", noun=OTHER)])
                assert sorted(bodies(await collect(consumer, 2))) == [b"3", b"other"]
            async with transport.listen(old) as consumer:
                assert bodies(await collect(consumer, 4)) == numbers(4)

    @promise
    async def test_the_old_version_beside_the_new_one(self) -> None:
        """During a rolling update, members with the old patterns and members with the new ones both get everything."""
        await self.needs_durable_groups()
        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(self.of_nouns(NOUN)) as old,
            theirs.listen(self.of_nouns(NOUN, OTHER)) as new,
        ):
            await sent(ours, self.frames(5))
            await sent(theirs, [self.frame(body=b"other", noun=OTHER)])
            assert bodies(await collect(old, 5)) == numbers(5)
            assert sorted(bodies(await collect(new, 6))) == [*numbers(5), b"other"]

    @promise
    async def test_a_group_that_is_away_is_listed_and_deleted(self) -> None:
        """Where the middleware tells: with its backlog, by a name that no other group has."""
        transport = self.transport()
        if not isinstance(transport, GroupAdmin):
            pytest.skip("the middleware does not list groups")
        old, new = self.of_nouns(NOUN), self.of_nouns(NOUN, OTHER)
        async with transport:
            async with transport.listen(old):
                pass
            await sent(transport, self.frames(3))
            async with transport.listen(new) as consumer:
                await sent(transport, self.frames(2))
                await collect(consumer, 2, accept=False)
                found = {group.backlog: group for group in await self.listed(transport)}
                assert {backlog: group.abandoned for backlog, group in found.items()} == {5: True, 2: False}
                assert await transport.forget(found[5].name) == 5
                assert await transport.forget(found[2].name) == 0  # it has a consumer
                assert len(await self.listed(transport)) == 1

    async def listed(self, transport: Transport) -> list[GroupDescription]:
        """Return this test's groups."""
        assert isinstance(transport, GroupAdmin)
        return [group for group in await transport.groups() if group.group == f"same-{self.context}"]
