"""``cimbus groups``: what is kept for whom, and ending what will not be fetched."""

from __future__ import annotations

import json

import pytest

from .conftest import EVENT, started


@pytest.fixture
def away(cimbus, bus, files):
    """A group whose patterns were changed: both versions exist, and one message waits for each."""
    listen = ("listen", "--bus", bus, "--group", "OMS", "--durable", "--timeout", "0")
    cimbus(*listen)
    cimbus(*listen, "--noun", "EndDeviceEvents")
    cimbus("publish", "--bus", bus, files("event.xml", EVENT))

    def rows(*arguments):
        code, out, _ = cimbus("groups", "list", "--bus", bus, "--json", *arguments)
        assert code == 0
        return [json.loads(line) for line in out.splitlines()]

    return rows


def test_groups_are_listed_by_name_and_patterns(away):
    found = away()

    assert sorted(each["receives"] for each in found) == [
        ["+/+/+/+/+"],
        ["+/+/EndDeviceEvents/+/+"],
    ]
    assert [(each["group"], each["backlog"], each["abandoned"]) for each in found] == [("OMS", 1, True)] * 2
    assert len({each["name"] for each in found}) == 2


def test_the_old_version_of_a_group_is_deleted_and_the_new_one_is_not(away, cimbus, bus):
    old, new = away()
    code, out, err = cimbus("groups", "delete", old["name"], "--bus", bus)

    assert (code, out) == (0, "")
    assert "1 messages deleted" in err
    assert away() == [new]


def test_only_a_backlog_without_consumer_is_abandoned(away, cimbus, bus):
    cimbus("listen", "--bus", bus, "--group", "OMS", "--durable", "--count", "1")

    (left,) = away("--abandoned")
    assert left["receives"] == ["+/+/EndDeviceEvents/+/+"]


def test_a_group_with_a_consumer_is_not_deleted(away, cimbus, bus):
    (name,) = (each["name"] for each in away() if "+/+/+/+/+" in each["receives"][0])
    with started("listen", "--bus", bus, "--group", "OMS", "--durable") as running:
        running.until("listening")
        code, _, err = cimbus("groups", "delete", name, "--bus", bus)
        running.process.terminate()

    assert code == 1
    assert "has consumers" in err


def test_a_name_that_is_not_there(cimbus, bus):
    code, _, err = cimbus("groups", "delete", "missing", "--bus", bus)

    assert code == 1
    assert "no group missing" in err


@pytest.mark.broker
def test_where_nothing_can_be_listed_that_is_said(cimbus, mosquitto):
    code, _, err = cimbus("groups", "list", "--bus", mosquitto.url())

    assert code == 2
    assert "no command that lists sessions" in err
