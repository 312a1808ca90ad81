"""Small changes to a JSON document, most of them where its meaning changes: at members, values, texts and octets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, Final

from .json_tree import Members, Number, TreeWriter, read_tree
from .values import TEXTS, spelling

_NUMBERS: Final = (
    "0", "1", "-1", "-0", "-0.0", "1.50", "1.0", "0.0000001", "1e5", "1E5", "1e-7", "1E+400", "12345678901234567890",
    "123456789012345678901234567890.123456789012345678901234567890", "0.1", "123456789012345678", "1.", ".5", "01",
    "+1",
    "--1", "NaN", "Infinity", "-Infinity", "1_0", "1" * 65, "9007199254740993", "18446744073709551616", "1-1", "1.2.3",
    "-", "9223372036854775807", "9223372036854775808", "0.30", "100",
)  # fmt: skip
_NAMES: Final = (
    "@ref", "#extensions", "#type", "#text", "#children", "@xmlns", "@xmlns:p", "#untyped", "", "Extra", "mRID", "ref",
    "Header", "header", "Payload", "Reply", "Request", "name", "Name", "ID", "Property", "MeterReadings", "$", "__text",
    "Message", "xmlns", "Compressed", "OperationSet", "Format", "value",
)  # fmt: skip
_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, "", "a", Number("1"), Number("1.5"), Number("-0"), [], Members(), ["a"], [None], [[]],
    Members([["ref", "1"]]), Members([["a", Number("1")]]), "OK", "created", "2026-03-01T12:00:00Z", "1.50", "NaN",
    Members([["value", "i"]]), Members([["attributes", Members([["a", "1"]])]]), Number("null"), Number("tru"),
)  # fmt: skip
_TIMES: Final = (
    "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.5Z", "2026-03-01T12:00:00.123Z", "2026-03-01T12:00:00.1234567Z",
    "2026-03-01T12:00:00.1234560Z", "2026-03-01T12:00:00+01:00", "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00",
    "2026-03-01T12:00:00-00:00", "2026-03-01T12:00:00-13:59", "2026-03-01T12:00:00+14:00", "2026-03-01T12:00:00+14:01",
    "2026-03-01t12:00:00z", "2026-03-01 12:00:00Z", "2026-03-01T12:00:60Z", "2026-03-01T24:00:00Z",
    "2026-02-29T12:00:00Z",
    "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999+14:00", "2026-03-01T12:00Z",
    "2026-03-01T12:00:00+0100", "2026-03-01T12:00:00.000000Z", " 2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z ",
    "2026-03-01", "1772366400", "2026-03-01T12:00:00+23:59", "0001-01-01T00:00:00+14:00", "2026-03-01T12:00:00.Z",
)  # fmt: skip
_OCTETS: Final = (
    b" ", b"\n", b"\t", b"\r\n", b",", b":", b"{", b"}", b"[", b"]", b'"', b"'", b"\\", b"\\u0041", b"\\ud83d\\udd0c",
    b"\\ud800", b"\\n", b"\\b", b"\\\\u", b"\\/", b"\\x", b"\\", b"\x00", b"\x0b", b"\x0c", b"\x1f", b"\x7f", b"\xff",
    b"\xc3\xa4", b"\xed\xa0\x80", b"\xef\xbf\xbe", b"\xef\xbf\xbd", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\xa8", b"1",
    b"null", b"true", b"/* c */", b"// c\n", b"NaN", b"-", b".", b"e5", b"{}", b"[]", b'""', b"\x1e",
    b"\xf0\x9f\x94\x8c",
    b"\xc0\x80", b"\\\\", b'\\"', b"0",
)  # fmt: skip

Change = Callable[[Any, Random], Any]
"""Changes one value of a tree in place, or returns what comes in its place."""


def json_mutant(document: bytes, random: Random) -> bytes:
    """Return a document with up to three changes, in some style; now and then as it was.

    >>> json_mutant(b'{"a": 1}', Random("1")) != json_mutant(b'{"a": 1}', Random("2"))
    True
    """
    if random.random() < 0.05:
        return document
    try:
        tree = read_tree(document.decode())
    except (ValueError, RecursionError):
        return _in_octets(document, random)
    for _ in range(random.choice((0, 0, 1, 1, 1, 1, 1, 2, 3))):
        _change_somewhere(tree, random)
    try:
        document = TreeWriter(random).write(tree).encode("utf-8", "surrogatepass")
    except RecursionError:  # some changes nest, and it was nested before
        return document
    for _ in range(random.choice((0, 0, 0, 0, 1, 1, 2))):
        document = _in_octets(document, random)
    return document


def _change_somewhere(tree: Any, random: Random) -> None:
    """Change a value, wherever it is, or the members beside it."""
    places = [*_places(tree)]
    if not places:
        return
    container, index = random.choice(places)
    if isinstance(container, Members):
        if random.random() < 0.5:
            random.choice(_MEMBERS)(container, index, random)
            return
        pair = container[index]
        pair[1] = _changed(pair[1], random)
        return
    if random.random() < 0.3:
        container.insert(random.randrange(len(container) + 1), deepcopy(container[index]))
    elif random.random() < 0.3:
        del container[index]
    else:
        container[index] = _changed(container[index], random)


def _places(tree: Any) -> Iterator[tuple[Any, int]]:
    """Yield each object and array with the place of each of its parts."""
    todo: list[Any] = [tree]
    while todo:
        each = todo.pop()
        if isinstance(each, Members):
            yield from ((each, index) for index in range(len(each)))
            todo += [value for _, value in each]
        elif isinstance(each, list):
            items: list[Any] = each  # pyright: ignore[reportUnknownVariableType]
            yield from ((items, index) for index in range(len(items)))
            todo += items


def _changed(value: Any, random: Random) -> Any:
    """Return another value, mostly one that may mean something there."""
    kind = random.random()
    if kind < 0.15:
        return deepcopy(random.choice(_VALUES))
    if kind < 0.25:
        return [value]
    if isinstance(value, list):
        return _other_order(value, random)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, Number):
        return Number(random.choice(_NUMBERS)) if kind < 0.7 else str(value)
    if isinstance(value, bool):
        return random.choice((not value, "true", Number("1")))
    return _text(value, random) if isinstance(value, str) else value


def _other_order(value: list[Any], random: Random) -> Any:
    if isinstance(value, Members):
        return Members(random.sample(value, len(value)))
    return random.choice((value[0], value * 2, value[::-1])) if value else value


def _text(value: str, random: Random) -> Any:
    kind = random.random()
    if kind < 0.2:
        return random.choice(TEXTS)
    if (kind < 0.4 and value[:1].isdigit()) or value.startswith("-"):
        return Number(value) if kind < 0.2 else random.choice(_NUMBERS)
    if value[4:5] == "-" and value[:4].isdigit():
        return random.choice(_TIMES)
    if kind < 0.5:
        return random.choice((f" {value}", f"{value}\n", value.swapcase(), f"{value}\\", f'"{value}', f"{value}/"))
    return spelling(value.encode("utf-8", "surrogatepass"), random).decode("utf-8", "replace")


def _drop(members: Members, index: int, random: Random) -> None:
    del members[index : index + random.choice((1, 1, 1, 2))]


def _repeat(members: Members, index: int, random: Random) -> None:
    again = deepcopy(members[index])
    if random.random() < 0.5:
        again[1] = _changed(again[1], random)
    members.insert(random.randrange(len(members) + 1), again)


def _rename(members: Members, index: int, random: Random) -> None:
    pair = members[index]
    name: str = pair[0]
    others = [each for each, _ in members]
    pair[0] = random.choice((name.swapcase(), name.lower(), f"@{name}", f"{name} ", f"m:{name}", *others, *_NAMES[:8]))


def _swap(members: Members, index: int, random: Random) -> None:
    other = random.randrange(len(members))
    members[index], members[other] = members[other], members[index]


def _shuffle(members: Members, index: int, random: Random) -> None:
    del index
    random.shuffle(members)


def _exchange(members: Members, index: int, random: Random) -> None:
    """Give two members each other's values."""
    other = random.randrange(len(members))
    one, two = members[index], members[other]
    one[1], two[1] = two[1], one[1]


def _add(members: Members, index: int, random: Random) -> None:
    members.insert(index, [random.choice(_NAMES), deepcopy(random.choice(_VALUES))])


def _null(members: Members, index: int, random: Random) -> None:
    del random
    members[index][1] = None


def _nest(members: Members, index: int, random: Random) -> None:
    """Put a value into many arrays or objects."""
    pair = members[index]
    for _ in range(random.choice((1, 2, 90, 130))):
        pair[1] = Members([[pair[0], pair[1]]]) if random.random() < 0.5 else [pair[1]]


_MEMBERS: Final[tuple[Callable[[Members, int, Random], None], ...]] = (
    _drop, _drop, _repeat, _rename, _rename, _swap, _swap, _shuffle, _exchange, _add, _null, _null, _nest,
)  # fmt: skip


def _in_octets(document: bytes, random: Random) -> bytes:
    at = random.randrange(len(document) + 1)
    kind = random.randrange(8)
    if kind == 0:
        return document[:at]
    if kind == 1:
        return document[:at] + document[at + random.choice((1, 1, 2, 5, 20)) :]
    if kind == 2:
        return random.choice((b"\xef\xbb\xbf", b" \n", b"\x1e", b"\xc2\xa0", b"[", b"\xff\xfe")) + document
    if kind == 3:
        return document + random.choice((b" ", b"\n\n", b"}", b",", b"\x00", b"{}", document, b"\x1a", b"\xc2\xa0"))
    if kind == 4:
        return document[:at] + bytes([random.randrange(256)]) + document[at + 1 :]
    return document[:at] + random.choice(_OCTETS) + document[at:]
