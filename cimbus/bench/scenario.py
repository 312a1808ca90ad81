"""Load scenarios as data: which messages a utility sends in one of its situations, each number with its source.

A scenario is a TOML file: those in ``scenarios/`` beside this module, or one of a user's own. Rates are those of a
utility of one million meters at the peak of the situation; a run multiplies them by its factor.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from cimbus.errors import UsageError

__all__ = ["Figure", "LoadScenario", "LoadStream", "load_scenario", "scenario_names", "sources"]

Kind = Literal["event", "request"]
TierName = Literal["event", "command", "bulk", "display", "background"]

HERE: Final = __name__.rpartition(".")[0]
REFERENCE_METERS: Final = 1_000_000
"""The meters of the utility that the rates of all scenarios are for."""


@cache
def sources() -> dict[str, str]:
    """Return what a scenario may give as a source of a number: its mark, and where the figure was published.

    >>> sources()["L2"]
    '96 values per meter and day at 15 min (bynry.com)'
    """
    text = resources.files(HERE).joinpath("sources.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["sources"])


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of a scenario, and where it comes from.

    >>> Figure(value=133, source=("L10", "ours"), why="10 000 meters in 60 s, 80 % of them").value
    133

    Attributes:
        value: the number.
        source: marks of ``sources()``; ``ours`` for an assumption.
        why: how the number follows from its sources.

    Raises:
        ValueError: there is no such source, or it is computed and ``why`` does not say how.
    """

    value: float
    source: tuple[str, ...]
    why: str = ""

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError(f"the number {self.value:g} has no source; an assumption has the source 'ours'")
        if unknown := sorted(set(self.source) - set(sources())):
            raise ValueError(f"there is no source {', '.join(unknown)}; there are {', '.join(sources())}")
        if self.value < 0:
            raise ValueError(f"a number of a scenario is not negative: {self.value:g}")
        if (len(self.source) > 1 or "ours" in self.source) and not self.why:
            raise ValueError(f"say with why= how the number {self.value:g} follows from {', '.join(self.source)}")


class LoadStream(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages of one kind within a scenario.

    Attributes:
        name: of the stream, in the report.
        noun, verb: of its messages.
        kind: ``event`` is published and handled; ``request`` is answered, and counts when its last reply has come.
        tier: which latency is promised, see ``tiers``.
        system: the application that handles it, such as ``OMS``: streams of one system share its processes.
        rate: messages a second at the peak, for a utility of one million meters.
        keys: how many objects the messages are about; 0: about none, so that they have no order.
        items: objects in one message, such as the meters of a bundle.
        values: readings of one object.
        size: bytes of a payload that is a file, such as a network model.
        parts: messages of one reply.
        starts, ends: which part of the run it lasts, as shares of its duration.
        at_least: messages that are sent in any run, however short.

    Raises:
        ValueError: an impossible number.

    >>> one = Figure(value=1, source=("L9",))
    >>> LoadStream(name="last gasps", noun="EndDeviceEvents", tier="event", rate=one, keys=one).verb
    'created'
    """

    name: str
    noun: str
    tier: TierName
    rate: Figure
    keys: Figure
    verb: str = "created"
    kind: Kind = "event"
    system: str = "application"
    items: Figure | None = None
    values: Figure | None = None
    size: Figure | None = None
    parts: Figure | None = None
    starts: Figure | None = None
    ends: Figure | None = None
    at_least: Figure | None = None

    def __post_init__(self) -> None:
        if not self.rate.value:
            raise ValueError(f"{self.name}: a rate is more than 0")
        if not 0 <= self.number("starts", 0) < self.number("ends", 1) <= 1:
            raise ValueError(f"{self.name}: starts and ends are shares of the run: 0 <= starts < ends <= 1")

    def number(self, name: str, default: float) -> float:
        """Return one of its numbers, or the default where the scenario does not say it."""
        figure: Figure | None = getattr(self, name)
        return default if figure is None else figure.value

    def figures(self) -> dict[str, Figure]:
        """Return all its numbers by name."""
        return {name: value for name in self.__struct_fields__ if isinstance(value := getattr(self, name), Figure)}


class LoadScenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A situation of a utility: streams of messages, and who sends and receives them.

    Attributes:
        name, title, about: for people.
        streams: what is sent at the same time.
        include: names of other scenarios whose streams are sent besides.
        publishers: processes that send.
        subscribers: applications, each of which receives every event.
        workers: processes of each application, which share its messages.
        concurrency: messages that one process handles at once.
        handler_ms: how long a handler waits, as for a database, in milliseconds.
        duplicates: share of the messages that are sent twice, with the same MessageID; subscribers have an inbox then.
        away: the applications are away while the messages are sent, and catch up afterwards.

    >>> load_scenario("storm").streams[0].name
    'last gasps'
    """

    name: str
    title: str
    about: str
    streams: tuple[LoadStream, ...] = ()
    include: tuple[str, ...] = ()
    publishers: Figure
    subscribers: Figure
    workers: Figure
    concurrency: Figure
    handler_ms: Figure | None = None
    duplicates: Figure | None = None
    away: bool = False

    def __post_init__(self) -> None:
        names = [stream.name for stream in self.streams]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: two streams have the same name")
        if self.duplicates is not None and self.duplicates.value > 1:
            raise ValueError(f"{self.name}: duplicates is a share: at most 1")

    def figures(self) -> dict[str, Figure]:
        """Return all its numbers, those of its streams included, by name."""
        own = {name: value for name in self.__struct_fields__ if isinstance(value := getattr(self, name), Figure)}
        return own | {f"{each.name}: {name}": value for each in self.streams for name, value in each.figures().items()}


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with cimbus.

    >>> "worst-day" in scenario_names()
    True
    """
    folder = resources.files(HERE).joinpath("scenarios")
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def load_scenario(name: str) -> LoadScenario:
    """Return a scenario by its name, or from a file of one's own, whose name ends with ``.toml``.

    The streams of those that it includes are among its own.

    Raises:
        UsageError: there is none of that name, or the file is no scenario.
        OSError: the file cannot be read.

    >>> [stream.noun for stream in load_scenario("work-orders").streams]
    ['WorkRequests']
    """
    return _load(name, ())


def _load(name: str, seen: tuple[str, ...]) -> LoadScenario:
    if name in seen:
        raise UsageError(f"the scenario {name} includes itself: {' -> '.join((*seen, name))}")
    if name.endswith(".toml"):
        text = Path(name).read_text(encoding="utf-8")
    elif name in scenario_names():
        text = resources.files(HERE).joinpath("scenarios", f"{name}.toml").read_text(encoding="utf-8")
    else:
        raise UsageError(f"there is no scenario {name!r}; there are {', '.join(scenario_names())}, or a file NAME.toml")
    try:
        tree: Any = tomllib.loads(text)
        scenario = msgspec.convert(tree, LoadScenario)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{name} is no scenario: {error}") from error
    streams = list(scenario.streams)
    for other in scenario.include:
        streams += [
            msgspec.structs.replace(stream, name=f"{other}: {stream.name}")
            for stream in _load(other, (*seen, name)).streams
        ]
    if not streams:
        raise UsageError(f"{name} is no scenario: it has no streams")
    return msgspec.structs.replace(scenario, streams=tuple(streams))
