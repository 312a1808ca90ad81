"""Typed objects from lxml elements, by generated functions: two for each declared class.

One reads every element: an if-chain over the children it expects, in schema order, that leaves everything else to
``DecodeContext``. The other reads elements that are exactly as their class says, and leaves the others to the first.
Generated code has no loop over fields and no attribute look-ups for them: on a batch of readings that is most of the
time. This is right for every document; a faster path put in front of ``read_noun`` must give the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from types import CellType
from typing import Any, Final, cast

import msgspec

from cimbus.interface.codecs.cache import MAX_LENGTH, BoundedCache
from cimbus.interface.codecs.inexact import InexactError
from cimbus.interface.codecs.lexical import READERS, SPACE, spelled
from cimbus.interface.codecs.limits import check_uri
from cimbus.interface.model import (
    ClassSpec,
    Extensions,
    Noun,
    find_exact,
    find_in_case,
    find_named,
    only_attribute,
    per_class,
    spec_of,
)

from .decode_context import NO_PACKAGES, DecodeContext
from .elements import UNTYPED
from .exact_source import exact_source_of, walked_fields
from .fit import measure
from .notes import NOTHING_SAID
from .parsers import nodes_in
from .simple_content import check_facets, read_simple
from .source import LOCAL, URI, Node, namespace
from .tag_names import TagNames
from .type_substitution import XSI_TYPE
from .walker_source import source_of

_Read = Callable[[Node, DecodeContext], Any]
_LARGE: Final = 8_000
"""Octets of a document from which counting its nodes takes less time than a look at each (measured)."""
_PAUSE: Final = 32
"""Nouns of a class that are not counted behind one that was not exact: a peer that sends one sends more, and to read it
twice takes up to two thirds more time."""
_UNCOUNTED: Final[dict[type[Any], int]] = {}
"""How many are left of these, by class."""
_PREFIX_LIMIT: Final = 16
"""Namespaces for which a class has functions (4 kB each): profiles differ by year and host, so a handful are in use."""


def read_any(node: Node, context: DecodeContext) -> Any:
    """Read a noun: typed where its class fits, an ``XmlElement`` where it does not, or where there is none.

    >>> from lxml import etree
    >>> read_any(etree.fromstring("<Outage xmlns='urn:x'/>"), DecodeContext())
    <Element Outage in 'urn:x', 0 children, text ''>
    """
    tag = node.tag
    name = LOCAL[tag]
    entry = find_exact(name, URI[tag])
    if entry is not None and not context.unordered and len(node):  # as most are
        return read_noun(node, context, entry)
    if context.unordered and node.get(UNTYPED) is not None:
        return context.elements.read(node)
    several = () if entry else find_named(name) or (find_in_case(name) if context.unordered else ())
    textual = entry is not None and spec_of(entry.cls).text is not None
    if (entry or several) and not textual and not len(node) and (node.text or "").strip():
        tell = context.remark if entry is None else context.refuse  # the schema of another namespace is not known
        tell(node, "text where elements belong: not typed, kept as it is")
        return context.elements.read(node)
    if entry is not None:
        return read_noun(node, context, entry)
    return context.elements.read(node) if not several else _read_fitting(node, context, several)


def read_noun(node: Node, context: DecodeContext, entry: Noun) -> Any:
    """Read a noun whose namespace is registered; an ``XmlElement`` if it holds nothing that its class knows.

    >>> from lxml import etree
    >>> from cimbus.interface.model import noun_of
    >>> from cimbus.nouns import MeterReadings
    >>> node = etree.fromstring("<MeterReadings xmlns='http://iec.ch/TC57/2011/MeterReadings#'/>")
    >>> read_noun(node, DecodeContext(), noun_of(MeterReadings)).MeterReading
    []
    """
    if context.mixed_text and context.budget.size >= _LARGE and (found := _counted(node, context, entry)) is not None:
        return found
    kept, mark = context.kept, context.mark() if context.said else NOTHING_SAID
    value = _walk(node, context, entry)
    if context.kept != kept:  # something in it was unknown: perhaps all
        fit = measure(node, entry.cls, unordered=context.unordered)
        in_packages = fit.values_in_packages - fit.values
        if in_packages > fit.values:  # one namespace for each package of CIM
            context.forget(mark)
            return _walk(node, context, entry, fit.packages)
        if not fit.values and fit.unknown:
            context.forget(mark)
            context.refuse(node, f"holds nothing that {entry.cls.__name__} has: not typed, kept as it is")
            return context.elements.read(node)
    return value


def _counted(node: Node, context: DecodeContext, entry: Noun) -> Any:
    """Read a noun that is exactly as its class says, without asking each leaf what else it has; None of any other.

    If it is exact, each node in it is read once: a node more, whatever it is, makes another number.
    """
    if context.strict or context.unordered or node.keys():
        return None
    if left := _UNCOUNTED.get(entry.cls, 0):
        _UNCOUNTED[entry.cls] = left - 1
        return None
    _UNCOUNTED[entry.cls] = _PAUSE
    context.look, context.seen = False, 0
    try:
        value = _walk(node, context, entry)
    except Exception:  # noqa: BLE001  # NotExactError, or one of a class: it is raised again where each leaf is asked
        return None
    finally:
        context.look = True
    if context.seen != nodes_in(node):
        return None
    _UNCOUNTED[entry.cls] = 0
    return value


def _read_fitting(node: Node, context: DecodeContext, several: tuple[Noun, ...]) -> Any:
    """Read a noun in a namespace that is not registered, by the class of its name that fits best."""
    uri = namespace(node)
    check_uri(uri, context.limits)
    fits = [measure(node, entry.cls, unordered=context.unordered) for entry in several]
    best = max(range(len(fits)), key=lambda index: fits[index].known - fits[index].unknown)  # the first of equal ones
    entry, fit = several[best], fits[best]
    if not fit.fits:
        context.remark(node, f"{entry.name} in namespace {uri!r} is not as {entry.namespace!r} has it: not typed")
        return context.elements.read(node)
    mark = context.mark()
    value = _walk(node, context, entry, fit.packages)
    del context.problems[mark[1] :]  # of a schema that is not known
    if not context.unordered or uri:
        context.remark_once(node, uri, f"{entry.name} in namespace {uri!r}: read as {entry.namespace!r}")
    if uri == entry.namespace or (context.unordered and not uri):
        return value
    extensions = value.extensions or Extensions()
    came_in = {**extensions.attributes, "xmlns": uri}
    return msgspec.structs.replace(value, extensions=msgspec.structs.replace(extensions, attributes=came_in))


def _walk(node: Node, context: DecodeContext, entry: Noun, packages: frozenset[str] = NO_PACKAGES) -> Any:
    """Read a noun with the walker of its class."""
    before = context.validated, context.in_noun, context.packages
    if packages is not before[2]:
        context.forget_names()
    context.validated, context.in_noun, context.packages = False, True, packages
    try:
        return walker(entry.cls)[_BRACED[node.tag]](node, context)
    finally:
        context.validated, context.in_noun, context.packages = before
        if packages:
            context.forget_names()


def braced(node: Node) -> str:
    """Return an element's namespace in braces, as it begins a tag; empty for none.

    >>> from lxml import etree
    >>> braced(etree.Element("{urn:x}Outage"))
    '{urn:x}'
    """
    return _BRACED[node.tag]


class Walker(dict[str, _Read]):
    """Reads elements of one class: by the namespace of their children in braces, a function of element and context.

    Args:
        cls: the class.

    >>> from lxml import etree
    >>> from cimbus.nouns import Name
    >>> Walker(Name)["{urn:x}"](etree.fromstring("<Names xmlns='urn:x'><name>m</name></Names>"), DecodeContext()).name
    'm'
    """

    def __init__(self, cls: type[Any]) -> None:
        super().__init__()
        self._spec = spec_of(cls)

    def __missing__(self, prefix: str) -> _Read:
        general, bind = self._functions
        if bind is None or len(prefix) > MAX_LENGTH:
            return lambda node, context: general(node, context, prefix)
        if len(self) >= _PREFIX_LIMIT:  # bounded, since peers choose namespaces
            self.clear()
        found = self[prefix] = bind(prefix)
        cells = dict(zip(found.__code__.co_freevars, found.__closure__, strict=True))
        for index, field in walked_fields(self._spec):
            cells[f"W{index}"].cell_contents = _later(walker(cast("type[Any]", field.type)), prefix, cells[f"W{index}"])
        return cast("_Read", found)

    def __call__(self, node: Node, context: DecodeContext, prefix: str) -> Any:
        """Read an element whose children are in the namespace ``prefix``."""
        return self[prefix](node, context)

    @cached_property
    def _functions(self) -> tuple[Callable[[Node, DecodeContext, str], Any], Callable[[str], Any] | None]:
        """The walker of every element, and what makes one for exact elements of a namespace; None if none can be."""
        spec = self._spec
        scope, create = _scope_of(spec)
        exact = exact_source_of(spec, create)
        source = f"{source_of(spec, create)}\n{exact}"
        exec(compile(source, f"<walker of {spec.cls.__name__}>", "exec"), scope)  # noqa: S102  # generated above, from classes
        return scope["walk"], scope["bind"] if exact else None


walker = per_class(Walker)
"""The walker of a class; its functions are generated when they are first needed."""


def _later(table: Walker, prefix: str, cell: CellType) -> _Read:
    """Return a function that is made when first needed (classes may contain one another), and then takes this place."""

    def read(node: Node, context: DecodeContext) -> Any:
        made = cell.cell_contents = table[prefix]
        return made(node, context)

    return read


_BRACED: Final = BoundedCache(lambda tag: tag.rpartition("}")[0] + "}" if tag[0] == "{" else "")


class NotExactError(Exception):  # not an error: it is read in another way
    """An element is not exactly as its class says."""


class _End:
    """Stands behind the last child of an element."""

    tag = None


def _scope_of(spec: ClassSpec) -> tuple[dict[str, Any], str]:
    """Return the names that generated code uses, and the expression that makes an object, up to its arguments."""
    scope: dict[str, Any] = {
        "CLS": spec.cls,
        "SPEC": spec,
        "KNOWN": TagNames(tuple(f.xml for f in spec.elements)),
        "Extensions": Extensions,
        "InexactError": InexactError,
        "ATTRIBUTES": tuple(f.xml for f in spec.attributes),
        "END": _End,
        "NotExactError": NotExactError,
        "SPACE": SPACE,
        "XSI_TYPE": XSI_TYPE,
        "walker": walker,
        "read_any": read_any,
        "read_simple": read_simple,
        "check_facets": check_facets,
        "braced": braced,
        "replace": msgspec.structs.replace,
    }
    for index, field in enumerate(spec.fields):  # one set for each field
        scope[f"facets{index}"] = field.facets
        if field.kind == "class":
            scope[f"walk{index}"] = walker(cast("type[Any]", field.type))
            if (only := only_attribute(field)) is not None:
                scope[f"made{index}"] = BoundedCache(_with_attribute(field.type, only.name))
        elif field.kind == "enum":
            scope[f"read{index}"] = BoundedCache(_member(field.type))
        elif field.kind in READERS:
            scope[f"read{index}"] = READERS[field.kind] if field.kind == "dateTime" else spelled(field.kind)
    if hasattr(spec.cls, "__post_init__"):
        return scope, "CLS("
    # a class with a metaclass written in Python is called three times as slowly as a copy is made (CPython 3.11)
    scope["BLANK"] = spec.cls(**{field.name: None for field in spec.fields})
    return scope, "replace(BLANK, "


def _with_attribute(cls: Any, name: str) -> Callable[[str], Any]:
    """Return a function that makes an object of one attribute; the objects are frozen, so they can be shared."""
    return lambda text: cls(**{name: text})


def _member(cls: Any) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = cls(text)
        if not value.known:
            stripped = cls(text.strip())
            raise InexactError(stripped, f"{text!r} is none of the values that {cls.__name__} lists")
        return value

    return read
