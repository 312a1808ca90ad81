"""Valid samples of nouns, from the same declarations that reading and writing use."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec

from cimbus.errors import MissingExtraError
from cimbus.interface.codecs.lexical import WRITERS
from cimbus.interface.model import Choice, Cim, CimEnum, FieldSpec, SimpleType, is_abstract, spec_of, substitutes_of

from .matching_text import matching_text

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

C = TypeVar("C", bound=Cim)

_DEEPEST: Final = 8
"""Levels below which only mandatory children are made: classes may contain one another."""
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SPAN: Final = 365 * 24 * 60
"""Minutes behind the start that times are drawn from: a year."""
_LARGEST: Final = 1000
"""Of a number that its type does not bound."""
_CODES: Final = {
    "ReadingType": "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0",
    "ReadingQualityType": "1.0.0",
    "EndDeviceEventType": "3.26.0.47",
    "EndDeviceControlType": "3.31.0.23",
}
"""By the child that refers to a code, one of IEC 61968-9."""
_ACTION: Final = frozenset({"command", "startDateTime"})
_DEMANDED: Final = {
    "PanDemandResponse": _ACTION,
    "PanDisplay": _ACTION | {"textMessage", "transmissionMode"},
    "PanPricing": _ACTION,
    "PanPricingDetail": frozenset({"unitOfMeasure"}),
    "NameType": frozenset({"name"}),
    "EndDeviceTiming": frozenset({"randomisation"}),
    "EndDeviceControlType": frozenset({"domain", "eventOrAction", "subDomain", "type"}),
}
"""By class, children that are optional in one public copy of a profile and mandatory in another: samples have them."""
_DRAFTED: Final = {"EndDeviceControl": frozenset({"EndDeviceAction"})}
"""By class, children that only drafts have: samples have none."""


def sample(cls: type[C], *, seed: int | Random = 0, full: bool = False) -> C:
    """Return a valid instance of a class: every facet, choice and cardinality kept, optional children by chance.

    Args:
        cls: a declared class, most often a noun's.
        seed: the same number gives the same sample; or a source of random numbers.
        full: with all optional children, which stricter copies of a profile may demand, and of a choice the first.

    Raises:
        ValueError: a pattern for which no text was found.

    >>> from cimbus import decode_noun, encode_noun
    >>> from cimbus.nouns import MeterReadings
    >>> made = sample(MeterReadings, seed=7)
    >>> decode_noun(encode_noun(made), strict=True) == made
    True
    """
    random = seed if isinstance(seed, Random) else Random(seed)  # noqa: S311  # no secret
    chance = _Chance(random, 1.0 if full else 0.5)
    return _instance(_standing_for(cls, chance) if is_abstract(cls) else cls, chance, 0, "")


def samples(cls: type[C]) -> SearchStrategy[C]:
    """Return a strategy of Hypothesis for valid instances of a class: ``@given(samples(MeterReadings))``.

    Raises:
        MissingExtraError: hypothesis is not installed.

    >>> from cimbus.nouns import MeterReadings
    >>> type(samples(MeterReadings).example()).__name__  # doctest: +SKIP
    'MeterReadings'
    """
    try:
        from hypothesis import strategies
    except ImportError as error:
        raise MissingExtraError("strategies need Hypothesis: pip install 'cimbus[testing]'") from error
    return strategies.randoms(use_true_random=False).map(lambda random: sample(cls, seed=random))


class _Chance:
    """A source of random numbers, and how likely an optional child is."""

    __slots__ = ("optional", "random")

    def __init__(self, random: Random, optional: float) -> None:
        self.random = random
        self.optional = optional

    def of(self, choice: Choice, drafted: frozenset[str]) -> tuple[str, ...]:
        several = [each for each in choice.alternatives if drafted.isdisjoint(each)]
        return several[0] if self.optional == 1 else self.random.choice(several)

    def there(self) -> bool:
        return self.random.random() < self.optional


def _instance(cls: type[C], chance: _Chance, depth: int, name: str) -> C:
    spec = spec_of(cls)
    wanted: dict[str, bool] = {}
    for choice in spec.choices:
        chosen = chance.of(choice, _DRAFTED.get(cls.__name__, frozenset())) if choice.required or chance.there() else ()
        some = choice.names if choice.repeated and chosen and chance.there() else chosen
        wanted |= {child: child in some for child in choice.names}
    values: dict[str, Any] = {}
    demanded = _DEMANDED.get(cls.__name__, ())
    for field in spec.fields:
        needed = wanted.get(field.xml, field.required or field.xml in demanded)
        free = field.xml not in wanted and depth < _DEEPEST and chance.there()
        if field.kind == "any" or not (needed or free or field.place == "text"):
            continue
        values[field.name] = _content(field, chance, depth, name, needed=needed or free)
    return cls(**values)


def _standing_for(cls: type[C], chance: _Chance) -> type[C]:
    """Return a class whose objects may stand where one of a class is wanted: that one, unless it is abstract."""
    # one that adds no child may be a restriction, and what that leaves out is not known
    others: list[type[C]] = [
        each for each in substitutes_of(cls).values() if len(spec_of(each).fields) > len(spec_of(cls).fields)
    ]
    several = [each for each in (cls, *others) if not is_abstract(each)]
    return chance.random.choice(several) if several[1:] else several[0] if several else cls


def _content(field: FieldSpec, chance: _Chance, depth: int, name: str, *, needed: bool) -> Any:
    if not field.many:
        return _value(field, chance, depth, name)
    least = max(field.least, int(needed))
    most = least + 2 if field.most is None else min(field.most, least + 2)
    made = [_value(field, chance, depth, name) for _ in range(chance.random.randint(least, most))]
    return tuple(made) if field.frozen else made


def _value(field: FieldSpec, chance: _Chance, depth: int, name: str) -> Any:
    random = chance.random
    if field.kind == "class" and field.type is not None:
        return _instance(_standing_for(field.type, chance), chance, depth + 1, field.xml)
    if field.kind == "enum" and field.type is not None:
        return (
            field.type(field.facets.fixed)
            if field.facets.fixed is not None
            else random.choice(list(cast("type[CimEnum]", field.type)))
        )
    if field.kind in ("decimal", "float", "integer"):
        return _number(field, random)
    moment = _START + timedelta(minutes=random.randrange(_SPAN))
    simple: dict[str, Any] = {
        "dateTime": moment,
        "date": date(moment.year, moment.month, moment.day),
        "time": time(moment.hour, moment.minute),
        "duration": timedelta(minutes=random.randrange(1, 24 * 60)),
        "boolean": random.random() < 0.5,
    }
    return simple[field.kind] if field.kind in simple else _text(field, random, name)


def _simple(field: FieldSpec, part: SimpleType, random: Random, name: str) -> str:
    """Return a text of a type of a union, or of an item of a list."""
    if part.values:
        return random.choice(part.values)
    made = msgspec.structs.replace(field, kind=part.kind, facets=part.facets, many=False)
    value = _value(made, _Chance(random, 0.5), 0, name)
    return value if isinstance(value, str) else WRITERS[part.kind](value)


def _number(field: FieldSpec, random: Random) -> Any:
    facets = field.facets
    if facets.any_of:
        text = _simple(field, random.choice(facets.any_of), random, "")
        return int(text) if field.kind == "integer" else Decimal(text)
    if facets.fixed is not None:
        return Decimal(facets.fixed) if field.kind != "integer" else int(facets.fixed)
    whole = field.kind == "integer"
    step = Decimal(1) if whole or facets.fraction_digits == 0 else Decimal("0.1")
    low = Decimal(facets.ge) if facets.ge is not None else Decimal(facets.gt) + step if facets.gt is not None else None
    high = Decimal(facets.le) if facets.le is not None else Decimal(facets.lt) - step if facets.lt is not None else None
    if low is None:
        low = Decimal(0) if high is None or high >= 0 else high - _LARGEST
    digits = Decimal(10) ** facets.total_digits - 1 if facets.total_digits is not None else Decimal(_LARGEST)
    top = min(low + _LARGEST, max(digits, low)) if high is None else min(high, low + _LARGEST)
    count = int((top - low) / step)
    if facets.total_digits is not None:  # tenths would be one digit more
        step, count = Decimal(1), int(top - low)
    made = low + step * random.randint(0, max(count, 0))
    return int(made) if whole else made


def _text(field: FieldSpec, random: Random, name: str) -> str:
    facets = field.facets
    if facets.fixed is not None:
        return facets.fixed
    if facets.any_of:
        return _simple(field, random.choice(facets.any_of), random, name)
    if facets.items is not None:
        most = facets.min_length + 2 if facets.max_length is None else min(facets.max_length, facets.min_length + 2)
        count = random.randint(facets.min_length, most)
        return " ".join(_simple(field, facets.items, random, name).replace(" ", "-") for _ in range(count))
    if facets.pattern:
        return matching_text(facets.pattern, random, least=facets.min_length, most=facets.max_length)
    if field.xml == "ref" and field.place == "attribute":
        return _CODES.get(name, "1.0.0")
    if field.xml == "mRID":
        text = str(uuid.UUID(int=random.getrandbits(128), version=4))
    else:
        text = f"{field.xml} {random.randrange(1, _LARGEST)}"
    text = text.ljust(facets.min_length, "x")
    return text if facets.max_length is None else text[: facets.max_length]
