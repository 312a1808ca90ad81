"""How a handler is declared: what it receives, and what happens to a message that it fails on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypedDict, get_args

import msgspec

from cimbus.interface.envelope import AnyVerb
from cimbus.interface.model import noun_of
from cimbus.interface.topic import Kind
from cimbus.interface.verbs import check_verb

from .failures import CircuitBreaker
from .noun_versions import NO_UPCASTS, Upcasts, check_versions
from .retry import Retry

AfterDeadLetter = Literal["continue", "hold_key", "stop"]
"""What happens when a message has become a dead letter."""


class HandlerOptions(TypedDict, total=False):
    """The options of ``Component.on`` and ``Component.answers``.

    ``verb``, ``key``, ``context`` narrow down what the handler receives. ``name`` is part of its group's name: give one
    that stays when the function is renamed; by default it is made of noun and verb. ``concurrency``: how many messages
    are handled at once (1), those of one key always in order. ``credit``: how many may be unsettled (256, or four times
    the concurrency). ``durable``: False for only what is sent while the component runs; by default what the middleware
    can. ``retry``: a ``Retry`` policy; by default the component's. ``timeout``: seconds after which an attempt has
    failed; by default none. ``after_dead_letter``: what happens when a message has become a dead letter: ``"continue"``
    with the next one; ``"hold_key"``: later messages of its key become dead letters behind it, until those were handled
    again or removed; ``"stop"``: the component stops with an error. ``bus``: the name of the bus, where the program has
    several. ``publish_to``: the name of the bus that what it returns or publishes goes to; by default its own.
    ``circuit_breaker``: when it is called no more for a while; by default never. ``complete``: a message whose payload
    lacks what its class makes mandatory is a dead letter; by default such attributes are None. ``also``: namespaces of
    other versions of the noun, which are read as the handler's class. ``upcast``: functions that return the payload of
    another version's class as one of the handler's class.
    ``retained``: receive first what the middleware has retained, such as the last state of each object (MQTT).
    """

    name: str
    verb: AnyVerb
    key: str
    context: str
    concurrency: int
    credit: int
    durable: bool
    retry: Retry
    timeout: float
    after_dead_letter: AfterDeadLetter
    bus: str
    publish_to: str
    circuit_breaker: CircuitBreaker
    complete: bool
    also: Sequence[str]
    upcast: Upcasts
    retained: bool


LEAST_CREDIT: Final = 256
"""Unsettled messages by default: a batch from any of the brokers, and some megabytes of memory at 10 kB a message."""
CREDIT_PER_WORKER: Final = 4
"""More than the workers can hold, so that none waits for the broker while there is a backlog."""


class HandlerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A handler as it was declared; ``durable`` None means as far as the middleware can.

    Raises:
        TypeError: an option has the wrong type.
        ValueError: an option has an impossible value.
    """

    name: str
    function: Callable[..., Any]
    noun: type[Any] | str | None
    kind: Kind
    verb: str | None = None
    key: str | None = None
    context: str | None = None
    concurrency: int = 1
    credit: int = LEAST_CREDIT
    durable: bool | None = None
    retry: Retry = Retry()
    timeout: float | None = None
    after_dead_letter: AfterDeadLetter = "continue"
    bus: str | None = None
    publish_to: str | None = None
    circuit_breaker: CircuitBreaker | None = None
    complete: bool = False
    also: Sequence[str] = ()
    upcast: Upcasts = NO_UPCASTS
    batch: int | None = None
    within: float = 1.0
    retained: bool = False

    def __post_init__(self) -> None:
        for option, (kind, meaning) in _OPTIONS.items():
            value = getattr(self, option)
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not _FLAG):
                raise TypeError(f"{self.name}: {option} is {meaning}, not {value!r}")
        for option in ("concurrency", "credit", "batch"):
            value = getattr(self, option)
            if value is not None and value < 1:
                raise ValueError(f"{self.name}: {option} is at least 1, not {value}")
        if self.after_dead_letter not in get_args(AfterDeadLetter):
            known = ", ".join(get_args(AfterDeadLetter))
            raise ValueError(f"{self.name}: after_dead_letter is one of {known}, not {self.after_dead_letter!r}")
        for option in ("timeout", "within"):
            value = getattr(self, option)
            if value is not None and value <= 0:
                raise ValueError(f"{self.name}: {option} is a number of seconds, more than 0, not {value}")
        if self.verb is not None:
            check_verb(self.verb)
        check_versions(self.noun, self.also, self.upcast)
        if self.batch is not None:
            self._check_batch(self.batch)

    @property
    def noun_name(self) -> str:
        """The name of the noun that it receives; ``all`` where it takes any."""
        noun = self.noun
        return (noun_of(noun).name if isinstance(noun, type) else noun) or "all"

    @property
    def asked_noun(self) -> str:
        """The noun that a handler of queries answers with; empty if it is no such handler."""
        entry = noun_of(self.noun) if isinstance(self.noun, type) else None
        return entry.header if entry is not None and entry.query else ""

    def _check_batch(self, size: int) -> None:
        if self.concurrency > 1:
            raise ValueError(f"{self.name}: batches are handled one after the other: concurrency is 1 with batch=")
        if self.after_dead_letter == "hold_key":
            raise ValueError(f"{self.name}: a batch holds messages of many keys: after_dead_letter is no 'hold_key'")
        if size > self.credit:
            raise ValueError(f"{self.name}: a batch of {size} never fills with a credit of {self.credit}")


def undeclared(*_: object) -> None:
    """Stand in for the function of a handler until the decorator is called."""


_TEXT: Final = str | None
_FLAG: Final = bool | None
_OPTIONS: Final[dict[str, tuple[Any, str]]] = {
    "verb": (_TEXT, "a word of the header, such as 'created'"),
    "key": (_TEXT, "the mRID or name of an object"),
    "context": (_TEXT, "a word of the header, such as 'production'"),
    "concurrency": (int, "a number of messages, such as 16"),
    "credit": (int, "a number of messages, such as 256"),
    "durable": (_FLAG, "True or False"),
    "retained": (_FLAG, "True or False"),
    "retry": (Retry, "a policy, such as Retry(attempts=5)"),
    "timeout": (int | float | None, "a number of seconds, such as 30.0"),
    "bus": (_TEXT, "the name of a bus, such as 'field'"),
    "publish_to": (_TEXT, "the name of a bus, such as 'platform'"),
    "circuit_breaker": (CircuitBreaker | None, "a policy, such as CircuitBreaker(failures=10)"),
    "complete": (_FLAG, "True or False"),
    "batch": (int | None, "a number of messages, such as 500"),
    "within": (int | float, "a number of seconds, such as 1.0"),
}
"""What each option must be: not every user runs a type checker, and a wrong one would only fail with a message."""


def spec_of_handler(
    function: Callable[..., Any],
    noun: type[Any] | str | None,
    kind: Kind,
    options: Mapping[str, Any],
    default_retry: Retry,
    **batch: Any,
) -> HandlerSpec:
    """Return the spec of a handler from the options that were given for it; ``batch`` and ``within`` of a batch.

    Raises:
        TypeError: there is no such option, or one has the wrong type.
        ValueError: an option has an impossible value.
    """
    if unknown := sorted(set(options) - set(HandlerOptions.__annotations__)):
        known = ", ".join(HandlerOptions.__annotations__)
        raise TypeError(f"a handler has no option {', '.join(unknown)}; there are {known}")
    given = dict(options)
    name = given.pop("name", None) or default_name(noun, kind, str(given.get("verb") or ""))
    concurrency = given.get("concurrency", 1)
    if isinstance(concurrency, int):  # else the spec refuses it
        size = batch.get("batch")
        in_batches = CREDIT_PER_WORKER * size if isinstance(size, int) else 0  # while one is handled, the next fills
        given.setdefault("credit", max(LEAST_CREDIT, CREDIT_PER_WORKER * concurrency, in_batches))
    given.setdefault("retry", default_retry)
    return HandlerSpec(name=name, function=function, noun=noun, kind=kind, **batch, **given)


def default_name(noun: type[Any] | str | None, kind: Kind, verb: str) -> str:
    """Return the name of a handler that was declared without one."""
    word = noun_of(noun).name if isinstance(noun, type) else noun
    return ".".join(filter(None, (word or str(kind), verb)))
