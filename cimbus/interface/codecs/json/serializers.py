"""JSON as the usual converters write XML (xmltodict, Newtonsoft, Badgerfish, xml2js, x2js, xml-js), in our own form.

==========================================  =======================================
in JSON                                     in our form
==========================================  =======================================
``"ns1:Header"``                            ``"Header"`` in the namespace of ns1
``"@a"``, ``"-a"``; ``"_a"`` of x2js        ``"@a"``
``"$": {"a": ...}``, ``"_attributes"``      ``"@a"``
``"$"``, ``"_"``, ``"_text"``, ``"__text"``  ``"#text"``
==========================================  =======================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

from cimbus.interface.codecs.limits import WorkBudget, beyond

from .content import as_list, as_object

Json = Any

_SIGNS: Final = re.compile(rb'"(?:[A-Za-z_][\w.-]*:[A-Za-z_]|[-$_]|@(?!xmlns)[^"{]*:|@attributes"|#cdata)[^"]*"?\s*:')
"""Keys that our own form does not have, or seldom (a name may begin with an underscore)."""
_X2JS: Final = re.compile(rb'"_(?:xmlns|_prefix|_text)')
_TEXTS: Final = frozenset({"$", "$t", "_", "_text", "__text", "_cdata", "__cdata", "#cdata-section"})
_ATTRIBUTES: Final = frozenset({"$", "_attributes", "@attributes"})
_DECLARATION: Final = re.compile(r"[@_-]?xmlns(?::(.+))?", re.DOTALL)
_DROPPED: Final = frozenset({"__prefix", "_declaration", "?xml", "_comment", "#comment"})


def of_a_serializer(data: bytes) -> bool:
    """Return whether a document has keys as one of these converters writes them.

    >>> of_a_serializer(b'{"ns1:Header": {}}'), of_a_serializer(b'{"Header": {"@xmlns:p": "urn:x"}}')
    (True, False)
    """
    return _SIGNS.search(data) is not None


def settled(tree: Json, data: bytes, budget: WorkBudget, *, x2js: bool = False) -> Json:
    """Return a document's tree in our own form.

    Args:
        tree: what was read.
        data: the document.
        budget: what it may cost.
        x2js: it is known to be from x2js, where attributes begin with an underscore.

    Raises:
        UnsafeError: nested too deeply, or beyond the limits.

    >>> from cimbus.interface.codecs.limits import DEFAULT_LIMITS
    >>> data = b'{"a:Verb": {"-lang": "en", "$": "get"}, "@xmlns:a": "urn:a"}'
    >>> settled({"a:Verb": {"-lang": "en", "$": "get"}}, data, WorkBudget(DEFAULT_LIMITS))
    {'Verb': {'@lang': 'en', '#text': 'get'}}
    """
    return _Settler(budget, x2js=x2js or _X2JS.search(data) is not None).value(tree, Scope({}), 1)


def text_only(members: Mapping[str, Json], text: str) -> dict[str, Json]:
    """Return an element of a converter with another text, and of its other members those that say its namespace.

    >>> text_only({"@xmlns:a": "urn:a", "@b": "1", "$": "get"}, "close")
    {'@xmlns:a': 'urn:a', '$': 'close'}
    """
    name = next((key for key, item in members.items() if key in _TEXTS and not isinstance(item, dict)), "#text")
    kept = {key: item for key, item in members.items() if _DECLARATION.fullmatch(key) or key == "__prefix"}
    for key in _ATTRIBUTES & members.keys():
        if declared := {each: uri for each, uri in as_object(members[key]).items() if _DECLARATION.fullmatch(each)}:
            kept[key] = declared
    return {**kept, name: text}


class Scope(NamedTuple):
    """What is in scope of an element: the namespaces of prefixes, and its own.

    >>> Scope({"xsi": "urn:xsi"}).attribute("xsi:type"), Scope({}).attribute("a")
    ('@{urn:xsi}type', '@a')
    """

    prefixes: Mapping[str, str]
    uri: str = ""

    def within(self, declared: Mapping[str, Json]) -> Scope:
        """Return the scope of an element that declares more."""
        if not declared:
            return self
        added = {key[7:]: text for key, text in declared.items() if key.startswith("@xmlns:")}
        return Scope({**self.prefixes, **added}, declared.get("@xmlns", self.uri))

    def attribute(self, name: str) -> str:
        """Return an attribute's name in our form, in which it may be."""
        if name.startswith("{"):
            return f"@{name}"
        prefix, _, local = name.rpartition(":")
        uri = self.prefixes.get(prefix) if prefix else None
        return f"@{{{uri}}}{local}" if uri else f"@{local}"


class _Settler:
    """Rewrites one tree.

    Args:
        budget: what it may cost.
        x2js: a key with an underscore is an attribute.
    """

    def __init__(self, budget: WorkBudget, *, x2js: bool) -> None:
        self._budget = budget
        self._x2js = x2js

    def value(self, value: Json, scope: Scope, depth: int) -> Json:
        """Return a value in our form; ``scope`` is that of the element that it is in."""
        if depth > self._budget.limits.max_depth:
            raise beyond("JSON is nested deeper", "max_depth", self._budget.limits.max_depth)
        if isinstance(value, list):
            return [self.value(each, scope, depth + 1) for each in as_list(value)]
        if not isinstance(value, dict):
            return value
        members = cast("dict[str, Json]", value)
        self._budget.spend(len(members) + len(scope.prefixes) // 8)
        out = self._declared(members)
        scope = scope.within(out)
        for key, item in members.items():
            if key not in _DROPPED and not (_DECLARATION.fullmatch(key) and isinstance(item, str)):
                self._member(out, key, item, scope, depth)
        return out

    def _member(self, out: dict[str, Json], key: str, item: Json, scope: Scope, depth: int) -> None:
        """Add what a member is: attributes, a text, or children."""
        if key in _ATTRIBUTES and isinstance(item, dict):
            for name, text in cast("dict[str, Json]", item).items():
                if not _DECLARATION.fullmatch(name):
                    out[scope.attribute(name)] = text
        elif key in _TEXTS and not isinstance(item, dict):
            out["#text"] = "".join(map(str, as_list(item))) if isinstance(item, list) else item
        elif key.startswith("#"):
            out[key] = item
        elif key[:1] in ("@", "-") or (self._x2js and key[:1] == "_" and not isinstance(item, dict | list)):
            out[scope.attribute(key[1:])] = item
        else:
            self._child(out, key, item, scope, depth)

    @staticmethod
    def _declared(members: dict[str, Json]) -> dict[str, Json]:
        """Return the namespaces that an object declares, in our form."""
        several = [members, *(as_object(members.get(key)) for key in _ATTRIBUTES)]
        found: dict[str, Json] = {}
        for each in several:
            for key, text in each.items():
                match = _DECLARATION.fullmatch(key) if isinstance(text, str) else None
                if match is not None:
                    found["@xmlns" if match[1] is None else f"@xmlns:{match[1]}"] = text
        return found

    def _child(self, out: dict[str, Json], key: str, item: Json, scope: Scope, depth: int) -> None:
        """Add a child, in the namespace of its prefix."""
        prefix, _, name = key.rpartition(":")
        # an element may declare its own prefix
        said = self._declared(as_object(item)).get(f"@xmlns:{prefix}") if prefix and isinstance(item, dict) else None
        own = said or scope.prefixes.get(prefix, "") if prefix else ""
        made = self.value(item, Scope(scope.prefixes, own or scope.uri), depth + 1)
        if own and own != scope.uri:
            made = [_within(each, own) for each in as_list(made)] if isinstance(made, list) else _within(made, own)
        if name in out:  # in two namespaces
            several = (as_list(each) if isinstance(each, list) else [each] for each in (out[name], made))
            made = [each for some in several for each in some]
        out[name] = made


def _within(value: Json, uri: str) -> Json:
    """Return a value that says its namespace."""
    if isinstance(value, dict):
        return {"@xmlns": uri, **cast("dict[str, Json]", value)}
    return value if value is None else {"@xmlns": uri, "#text": value}
