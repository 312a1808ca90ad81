"""``cimbus groups``: the groups that a middleware keeps, and deleting one that will not come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click
import msgspec

from cimbus.errors import UnsupportedError
from cimbus.middleware.discovery import open_transport
from cimbus.middleware.group import GroupAdmin, GroupDescription
from cimbus.middleware.transport import Transport

from . import exits, running
from .options import backend_option, bus_option, json_option, shared_bus
from .output import record, remark, shown, table, waiting

UNSEEN: Final = {
    "mqtt": "MQTT has no command that lists sessions. A durable group is the session of the client id "
    "cimbus-GROUP-DIGEST; the broker ends it when it was unused for ?session_expiry= seconds",
    "jms": "JMS has no command that lists subscriptions. Look for GROUP-DIGEST among the queues in the broker's "
    "console, and delete it there",
}
"""Beginning of a URL's scheme -> why nothing can be listed there, and what to do."""


@click.group("groups")
def groups() -> None:
    """List groups of consumers, and delete those that will not come back.

    A group is its name and its patterns: where an application changed its patterns, the group with the old ones stays
    with its backlog until it is deleted here.
    """


@groups.command("list")
@click.option("--abandoned", is_flag=True, help="Only those with a backlog and without a consumer.")
@bus_option
@json_option
@backend_option
def list_groups(*, abandoned: bool, bus: str | None, as_json: bool, backend: str) -> int:
    """List the groups on a bus: name, consumers, backlog, and the topics they receive."""
    url = shared_bus(bus)

    async def work() -> int:
        async with open_transport(url) as transport:
            with waiting(f"asking {shown(url)} for its groups"):
                there = await _admin(transport, url).groups()
        found = [group for group in there if group.abandoned or not abandoned]
        _show(found, as_json=as_json)
        return exits.OK

    return running.run(work, backend)


@groups.command("delete")
@click.argument("name", metavar="NAME")
@bus_option
@json_option
@backend_option
def delete_group(*, name: str, bus: str | None, as_json: bool, backend: str) -> int:
    """Delete a group that has no consumer, with the messages that wait for it.

    NAME is the first column of the list; or the name of a group, for all its patterns.
    """
    url = shared_bus(bus)

    async def work() -> int:
        async with open_transport(url) as transport:
            admin = _admin(transport, url)
            there = [group for group in await admin.groups() if name in (group.name, group.group)]
            used = [group for group in there if group.consumers]
            waited = await admin.forget(name)
        if as_json:
            deleted = [group.name for group in there if not group.consumers]
            record({"deleted": deleted, "messages": waited, "in_use": [group.name for group in used]})
        else:
            for group in there:
                remark(f"{group.name}: {'it has consumers' if group.consumers else 'deleted'}")
            remark(f"{waited} messages deleted" if there else f"there is no group {name}")
        return exits.OK if there and not used else exits.FAILED

    return running.run(work, backend)


def _admin(transport: Transport, url: str) -> GroupAdmin:
    """Return a transport that lists groups.

    Raises:
        UnsupportedError: its middleware does not; it says what to do.
    """
    if isinstance(transport, GroupAdmin):
        return transport
    scheme = url.partition(":")[0]
    why = next((text for start, text in UNSEEN.items() if scheme.startswith(start)), "its transport cannot list groups")
    raise UnsupportedError(f"{scheme}: {why}")


def _show(found: Sequence[GroupDescription], *, as_json: bool) -> None:
    if as_json:
        for group in found:
            record(msgspec.to_builtins(group) | {"abandoned": group.abandoned})
        return
    rows = [
        (group.name, group.consumers, group.backlog, "abandoned" if group.abandoned else "", " ".join(group.receives))
        for group in found
    ]
    table(("name", "consumers", "backlog", "", "receives"), rows)
    if not found:
        remark("no such groups")
