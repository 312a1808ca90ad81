"""XML text from typed objects, by one generated function per declared class.

Elements are written without prefix, in schema order; the writer of the outermost one declares the default namespace.
An object with extensions takes a second, generic path that puts it back where it stood.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, Final, cast

import msgspec

from cimbus.errors import EncodeError
from cimbus.interface.codecs.cache import BoundedCache
from cimbus.interface.codecs.lexical import WRITERS, write_date_time, write_decimal, write_float
from cimbus.interface.element import XmlElement
from cimbus.interface.model import (
    FIRST,
    Cim,
    ClassSpec,
    Extensions,
    FieldSpec,
    noun_of,
    only_attribute,
    per_class,
    spec_of,
    xsi_type_of,
)

from .elements import write_element
from .escape import escape, quote
from .spelling import ORDER, reordered, respelled, sorted_keys, write_attributes
from .type_substitution import XSI_TYPE

Writer = Callable[[Any, str], str]
"""(object, element name) -> XML text"""
Pieces = Callable[[Any], tuple[str, list[tuple[str, str]]]]
"""object -> (attributes, [(child, text)])"""


_QUOTED: Final = BoundedCache(quote)


def write_any(value: object, *, lenient: bool = False) -> str:
    """Write a noun, typed or ``XmlElement``, as text that means the same below any parent.

    Args:
        value: the noun.
        lenient: leave out what is mandatory and missing.

    Raises:
        EncodeError: a value has no lexical form, or a mandatory one is missing.
        TypeError: not a noun.

    >>> from cimbus.nouns import MeterReadings
    >>> write_any(MeterReadings())
    '<MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#"/>'
    """
    if isinstance(value, XmlElement):
        try:
            return write_element(value)
        except ValueError as error:
            raise EncodeError(f"{value.name}: {error}") from error
    entry = noun_of(type(value))
    text = (lenient_writer if lenient else writer)(entry.cls)(value, entry.name)
    extensions = getattr(value, "extensions", None)
    if extensions is not None and "xmlns" in extensions.attributes:  # it is declared already
        return text
    return f"<{entry.name} xmlns={_QUOTED[entry.namespace]}{text[1 + len(entry.name) :]}"


def missing(cls: type[Cim], name: str) -> str:
    """Refuse a mandatory child that is not there.

    Raises:
        EncodeError: always; it names class and child.
    """
    raise EncodeError(f"{cls.__name__}.{name} is mandatory and missing")


@per_class
def writer(cls: type[Any]) -> Writer:
    """Return the generated writer of a class.

    >>> from cimbus.nouns import Name
    >>> writer(Name)(Name(name="m"), "Names")
    '<Names><name>m</name></Names>'
    """
    return cast("Writer", _generated(cls, lenient=False, pieces=False))


@per_class
def lenient_writer(cls: type[Any]) -> Writer:
    """Return the generated writer of a class that leaves out what is mandatory and missing.

    >>> from cimbus.nouns import Name
    >>> lenient_writer(Name)(Name(name=None), "Names")
    '<Names/>'
    """
    return cast("Writer", _generated(cls, lenient=True, pieces=False))


@per_class
def _pieces(cls: type[Any]) -> Pieces:
    """Return the generated function that writes a class in pieces."""
    return cast("Pieces", _generated(cls, lenient=False, pieces=True))


@per_class
def _lenient_pieces(cls: type[Any]) -> Pieces:
    """Return the same, which leaves out what is mandatory and missing."""
    return cast("Pieces", _generated(cls, lenient=True, pieces=True))


def _generated(cls: type[Any], *, lenient: bool, pieces: bool) -> Callable[..., Any]:
    scope = _scope(cls, lenient=lenient)
    source = _source(spec_of(cls), lenient=lenient, pieces=pieces)
    exec(compile(source, f"<{'pieces' if pieces else 'writer'} of {cls.__name__}>", "exec"), scope)  # noqa: S102
    made: Callable[..., Any] = scope["write"]
    return made


def _write_with_extensions(value: Cim, tag: str) -> str:
    return _extended(value, tag, *_pieces(type(value))(value))


def _write_leniently(value: Cim, tag: str) -> str:
    return _extended(value, tag, *_lenient_pieces(type(value))(value))


def _extended(value: Cim, tag: str, attributes: str, parts: list[tuple[str, str]]) -> str:
    """Write an object with what it keeps beyond its class, each in its place."""
    cls = type(value)
    spec, extensions = spec_of(cls), value.extensions or Extensions()
    own, inner, texts = sorted_keys(extensions.attributes)
    if order := own.pop(ORDER, ""):
        parts = reordered(parts, order.split())
    if any(field.xml in own and getattr(value, field.name) is not None for field in spec.attributes):
        raise EncodeError(f"{cls.__name__}: an extension has the name of an attribute that the class has")
    kept: dict[str, list[str]] = {}
    for extension in extensions.elements:
        kept.setdefault(extension.after, []).append(write_any(extension.element))
    out: list[str] = [escape(extensions.text)]
    if spec.text is None:
        out += kept.pop(FIRST, ())
    last = {xml: index for index, (xml, _) in enumerate(parts)}
    for index, (xml, text) in enumerate(
        parts
    ):  # the text of a type that has one stands before all elements: its reader looks there
        if xml in texts:
            text = respelled(value, xml, text, texts[xml])  # noqa: PLW2901
        if xml in inner:  # each of several is in the namespace; other attributes are the first one's
            text = _started(xml, text, inner[xml])  # noqa: PLW2901
            inner[xml] = {key: value for key, value in inner[xml].items() if key == "xmlns"}
        out.append(text)
        if last[xml] == index:
            out += [*kept.pop(xml, ()), *(kept.pop("", ()) if xml == spec.wildcard else ())]
    for rest in kept.values():
        out += rest
    content = "".join(out)
    start = f"<{tag}{attributes}{write_attributes(own)}"
    return f"{start}>{content}</{tag}>" if content else f"{start}/>"


def _write_substitute(value: Cim, tag: str, cls: type[Any], *, make: Callable[[type[Any]], Writer]) -> str | None:
    """Write an object of a class that stands for another; None if it is written as one of that."""
    kind = type(value)
    name = xsi_type_of(kind)
    if not name or not issubclass(kind, cls):
        return None
    text = make(kind)(value, tag)
    if value.extensions is not None and XSI_TYPE in value.extensions.attributes:  # it was read where it said so itself
        return text
    return f"<{tag} {_XSI} xsi:type={quote(name)}{text[1 + len(tag) :]}"


def _started(xml: str, text: str, attributes: Mapping[str, str]) -> str:
    """Give a child's start tag more attributes."""
    return f"<{xml}{write_attributes(attributes)}{text[1 + len(xml) :]}" if text else text


def _scope(cls: type[Any], *, lenient: bool) -> dict[str, Any]:
    """Return the names that generated code uses."""
    make = lenient_writer if lenient else writer
    scope: dict[str, Any] = {
        "CLS": cls,
        "escape": escape,
        "quote": quote,
        "missing": missing,
        "write_any": functools.partial(write_any, lenient=lenient),
        "BOOLEANS": _BOOLEANS,
        "to_builtins": msgspec.to_builtins,
        "UTC": UTC,
        "write_date_time": write_date_time,
        "write_decimal": write_decimal,
        "write_float": write_float,
        "write_calendar": WRITERS["date"],
        "write_substitute": functools.partial(_write_substitute, make=make),
        "write_with_extensions": _write_leniently if lenient else _write_with_extensions,
    }
    for index, field in enumerate(spec_of(cls).fields):
        if field.kind == "class":
            scope[f"write{index}"] = _later(scope, f"write{index}", field.type, make)
        if field.place == "attribute":
            scope[f"attribute{index}"] = BoundedCache(_attribute_writer(field.xml))
            scope[f"text{index}"] = WRITERS.get(field.kind)
        if (only := only_attribute(field)) is not None:
            scope[f"only{index}"] = field.type
            scope[f"empty{index}"] = BoundedCache(_empty_writer(field.xml, only.xml))
    return scope


def _attribute_writer(xml: str) -> Callable[[str], str]:
    return lambda text: f" {xml}={quote(text)}"


def _empty_writer(xml: str, attribute: str) -> Callable[[str], str]:
    return lambda text: f"<{xml} {attribute}={quote(text)}/>"


def _later(scope: dict[str, Any], name: str, cls: Any, make: Callable[[type[Any]], Writer]) -> Writer:
    """Return a writer that is generated when first needed (classes may contain one another), and then replaced."""

    def write(value: Any, tag: str) -> str:
        made = scope[name] = make(cls)
        return made(value, tag)

    return write


_XSI: Final = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
NIL: Final = f'<{{name}} {_XSI} xsi:nil="true"/>'
"""An element that is there, and has no value (XML Schema part 1, 2.6.2)."""
_BOOLEANS: Final = {True: "true", False: "false"}
_TEXTS: Final = {
    "string": "escape({v})",
    "enum": "escape({v})",
    "dateTime": "(to_builtins({v}) if {v}.tzinfo is UTC else write_date_time({v}))",
    "date": "write_calendar({v})",
    "time": "write_calendar({v})",
    "duration": "write_calendar({v})",
    "decimal": "write_decimal({v})",
    "float": "write_float({v})",
    "integer": "int.__repr__({v})",
    "boolean": "BOOLEANS[{v}]",
}


def _expression(index: int, field: FieldSpec, value: str) -> str:
    """Return Python that writes one child or attribute."""
    if field.kind == "any":
        return f"write_any({value})"
    if field.kind == "class":
        whole = f"write{index}({value}, {field.xml!r})"
        if (only := only_attribute(field)) is None:
            return whole
        plain = f"{value}.{only.name} is not None and {value}.extensions is None and {value}.__class__ is only{index}"
        return f"(empty{index}[{value}.{only.name}] if {plain} else {whole})"
    if field.place == "attribute":
        return f"attribute{index}[{value if field.kind in ('string', 'enum') else f'text{index}({value})'}]"
    text = _TEXTS[field.kind].format(v=value)
    return text if field.place == "text" else f'f"<{field.xml}>{{{text}}}</{field.xml}>"'


def _source(spec: ClassSpec, *, lenient: bool, pieces: bool) -> str:
    """Write the writer of a class."""
    lines = ["def write(o):", "    parts = []", "    a = s = ''"]
    if not pieces:
        lines = [
            "def write(o, tag):",
            "    if o.__class__ is not CLS and (x := write_substitute(o, tag, CLS)) is not None: return x",
            "    if o.extensions is not None: return write_with_extensions(o, tag)",
            "    a = s = ''",
        ]
    for index, field in enumerate(spec.fields):
        lines.append(f"    v = o.{field.name}")
        if field.many:
            if field.required and not lenient:
                lines.append(f"    if not v: missing(CLS, {field.xml!r})")
            if pieces:
                lines.append(f"    for x in v: parts.append(({field.xml!r}, {_expression(index, field, 'x')}))")
                lines.append(f"    if not v: parts.append(({field.xml!r}, ''))")
                continue
            lines.append(f"    for x in v: s += {_expression(index, field, 'x')}")
        else:
            target = "a" if field.place == "attribute" else "s"
            lines.append(f"    if v is not None: {target} += {_expression(index, field, 'v')}")
            if field.required and field.facets.nillable and field.place == "element":
                lines.append(f"    else: s += {NIL.format(name=field.xml)!r}")
            elif field.required and not lenient:
                lines.append(f"    else: missing(CLS, {field.xml!r})")
        if pieces and field.place != "attribute":
            lines += [f"    parts.append(({field.xml!r}, s))", "    s = ''"]
    lines.append("    return a, parts" if pieces else "    return f'<{tag}{a}>{s}</{tag}>' if s else f'<{tag}{a}/>'")
    return "\n".join(lines) + "\n"
