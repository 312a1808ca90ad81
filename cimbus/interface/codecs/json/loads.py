"""JSON text to a tree, with every number's digits and no member twice."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final, NoReturn

from cimbus.errors import DecodeError

Json = Any

BOM: Final = b"\xef\xbb\xbf"
"""The UTF-8 byte order mark: JSON must not begin with it (RFC 8259, 8.1), but a reader may ignore it."""


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return the members of an object as a dictionary.

    Readers differ on what a member that stands twice means (RFC 8259, 4: "unpredictable"), so that who filters by the
    one would be passed by the other: it is refused.

    Raises:
        DecodeError: a member stands twice.

    >>> unique([("a", 1), ("b", 2)])
    {'a': 1, 'b': 2}
    """
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name, number in Counter(names).items() if number > 1)
        raise DecodeError(f"not valid JSON: the member {twice[:60]!r} stands twice in one object")
    return members


def _refuse(word: str) -> NoReturn:
    raise DecodeError(f"not valid JSON: {word} is no value")


DECODER: Final = json.JSONDecoder(object_pairs_hook=unique, parse_float=str, parse_constant=_refuse)
"""Numbers with a fraction or an exponent keep their digits: they become XML text."""


def loads(data: bytes) -> Json:
    """Return a JSON document as a tree.

    Raises:
        DecodeError: it is not valid JSON, not UTF-8, or nested too deeply.

    >>> loads(b'{"value": 1.50}')
    {'value': '1.50'}
    """
    try:
        return DECODER.decode(data.removeprefix(BOM).decode())
    except RecursionError:
        raise DecodeError("not valid JSON: nested too deeply") from None
    except json.JSONDecodeError as error:
        sequence = error.msg == "Extra data" or data.lstrip().startswith(b"\x1e")  # RFC 7464
        several = "; decode_all reads several documents" if sequence else ""
        raise DecodeError(f"not valid JSON: {error.msg}{several}", line=error.lineno) from None
    except UnicodeDecodeError as error:
        raise DecodeError(f"not valid JSON: octet {error.start} is not UTF-8") from None
    except DecodeError:
        raise
    except ValueError as error:  # an integer of more than 4 300 digits (sys.int_info.default_max_str_digits)
        raise DecodeError(f"not valid JSON: {error}") from None
