"""What the attributes of ``Extensions`` say beside attributes: namespaces, prefixes, and how values were spelled."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from cimbus.errors import EncodeError
from cimbus.interface.codecs.inexact import InexactError
from cimbus.interface.codecs.lexical import READERS
from cimbus.interface.model import Cim, spec_of

from .elements import ORDER, check_attribute_uri
from .escape import escape, quote

_PREFIX: Final = re.compile(r"(?!(?i:xml))[^\W\d][\w.-]*")
"""Prefixes that may be declared: those that begin with ``xml`` are reserved (Namespaces in XML 1.0, 3)."""
# narrower than NCName (Namespaces in XML 1.0, 3), which also has combining characters; names of attributes need no more
_NCNAME: Final = re.compile(r"[^\W\d][\w.-]*")
_QUALIFIED: Final = re.compile(r"\{([^}]*)\}(.+)")
_TEXT: Final = "#text"

Texts = dict[str, str]
__all__ = ["ORDER", "declaration", "reordered", "respelled", "sorted_keys", "write_attributes"]


def sorted_keys(attributes: Mapping[str, str]) -> tuple[Texts, dict[str, Texts], Texts]:
    """Return an object's own attributes, those of its children, and the spelling of their values.

    >>> sorted_keys({"a": "1", "b@c": "2", "d#text": "3", "{urn:x}e": "4"})
    ({'a': '1', '{urn:x}e': '4'}, {'b': {'c': '2'}}, {'d': '3'})
    """
    own: Texts = {}
    inner: dict[str, Texts] = {}
    texts: Texts = {}
    for key, text in attributes.items():
        child, _, name = key.partition("@") if not key.startswith("{") else ("", "", "")
        if name:
            inner.setdefault(child, {})[name] = text
        elif key.endswith(_TEXT):
            texts[key.removesuffix(_TEXT)] = text
        else:
            own[key] = text
    return own, inner, texts


def write_attributes(texts: Mapping[str, str]) -> str:
    """Write the attributes of one start tag, each namespace declared once (XML 1.0, 3.1: unique names).

    Raises:
        EncodeError: a name that no attribute can have.

    >>> write_attributes({"lang": "en"}), write_attributes({})
    (' lang="en"', '')
    """
    written: list[str] = []
    prefixes: dict[str, str] = {}
    for key, text in texts.items():
        found = _QUALIFIED.fullmatch(key)
        uri, name = found.groups() if found is not None else ("", key)
        if key == "xmlns" or key.startswith("xmlns:"):
            written.append(declaration(key, text))
            continue
        if not _NCNAME.fullmatch(name) or uri == "http://www.w3.org/2000/xmlns/":
            raise EncodeError(f"{key[:60]!r} cannot be the name of an attribute")
        if not uri:
            written.append(f" {name}={quote(text)}")
            continue
        check_attribute_uri(uri)
        prefix = "xml" if uri == "http://www.w3.org/XML/1998/namespace" else prefixes.get(uri)
        if prefix is None:
            prefix = prefixes[uri] = f"a{len(prefixes)}"
            written.append(f" xmlns:{prefix}={quote(uri)}")
        written.append(f" {prefix}:{name}={quote(text)}")
    return "".join(written)


def reordered(parts: list[tuple[str, str]], order: list[str]) -> list[tuple[str, str]]:
    """Return children in the order that they had when they were read, as far as they are still there.

    >>> reordered([("a", "1"), ("b", "2"), ("b", "3"), ("c", "4")], ["b", "a", "b"])
    [('b', '2'), ('a', '1'), ('b', '3'), ('c', '4')]
    """
    waiting: dict[str, deque[tuple[str, str]]] = {}
    for part in parts:
        waiting.setdefault(part[0], deque()).append(part)
    first = [waiting[name].popleft() for name in order if waiting.get(name)]
    return [*first, *(part for rest in waiting.values() for part in rest)]


def declaration(key: str, uri: str) -> str:
    """Return a namespace declaration, with a space before it.

    Raises:
        EncodeError: the prefix or the namespace cannot be declared.

    >>> declaration("xmlns:p", "urn:x"), declaration("xmlns", "")
    (' xmlns:p="urn:x"', ' xmlns=""')
    """
    prefix = key.partition(":")[2]
    if key != "xmlns" and (not _PREFIX.fullmatch(prefix) or not uri):
        raise EncodeError(f"{key[:60]!r} cannot be declared")
    try:
        if uri:
            check_attribute_uri(uri)
    except ValueError as error:
        raise EncodeError(f"{key[:60]!r} cannot be declared: {error}") from error
    if uri.startswith(("http://www.w3.org/2000/xmlns", "http://www.w3.org/XML/1998/namespace")):
        raise EncodeError(f"{uri!r} cannot be declared")
    return f" {key}={quote(uri)}"


def respelled(value: Cim, xml: str, written: str, text: str) -> str:
    """Return a child with the text that it was read from, if that still means its value.

    >>> from cimbus.nouns import EndDeviceControl, Reference
    >>> control = EndDeviceControl(EndDeviceControlType=Reference(ref="3.31.0.23"), drProgramMandatory=True)
    >>> respelled(control, "drProgramMandatory", "<b>true</b>", "1")
    '<drProgramMandatory>1</drProgramMandatory>'
    """
    field = next((each for each in spec_of(type(value)).fields if each.xml == xml), None)
    if field is None or field.many or field.place != "element" or not written:
        return written
    if _meant(field.kind, field.type, text) != getattr(value, field.name):
        return written
    return f"<{xml}>{escape(text)}</{xml}>"


def _meant(kind: str, cls: type[Any] | None, text: str) -> Any:
    """Return the value of a text, None if it has none."""
    if kind == "enum" and cls is not None:
        return cls(text.strip())
    try:
        return READERS[kind](text) if kind in READERS else None
    except InexactError as error:
        return error.value
    except ValueError:
        return None
