"""XML text from typed objects, by one generated function per declared class.

Elements are written without prefix, in schema order; whoever writes the outermost one declares the default namespace.
A class with foreign content takes a second, generic path that puts it back where it stood.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any, Final

import msgspec

from cimbus.codecs.lexical import write_date_time, write_decimal, write_float
from cimbus.codecs.memo import Memo
from cimbus.element import Element
from cimbus.errors import EncodeError
from cimbus.model import FIRST, Cim, ClassSpec, FieldSpec, Foreign, noun_of, only_attribute, per_class, spec_of

from .elements import write_element

Writer = Callable[[Any, str], str]
"""(object, element name) -> XML text"""

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_NCNAME: Final = re.compile(r"[^\W\d][\w.-]*")
_QUALIFIED: Final = re.compile(r"\{([^}]*)\}(.+)")


def escape(text: str) -> str:
    """Return a text as character data.

    Raises:
        EncodeError: it holds a character that XML cannot.
    """
    if text.isprintable() and "&" not in text and "<" not in text and ">" not in text:
        return text
    if found := _ILLEGAL.search(text):
        raise EncodeError(f"XML has no character U+{ord(found[0]):04X}: {text[:40]!r}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def quote(text: str) -> str:
    """Return a text as an attribute value in double quotes.

    Raises:
        EncodeError: it holds a character that XML cannot.
    """
    text = escape(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")
    return f'"{text}"'


def write_any(value: object) -> str:
    """Write a noun, typed or ``Element``, so that it can stand below any parent.

    Raises:
        EncodeError: a value has no lexical form, or a mandatory one is missing.
        TypeError: not a noun.
    """
    if isinstance(value, Element):
        try:
            return write_element(value)
        except ValueError as error:
            raise EncodeError(f"{value.name}: {error}") from error
    entry = noun_of(type(value))
    text = writer(entry.cls)(value, entry.name)
    return f"<{entry.name} xmlns={quote(entry.namespace)}{text[1 + len(entry.name) :]}"


def missing(cls: type[Cim], name: str) -> str:
    """Refuse a mandatory child that is not there."""
    raise EncodeError(f"{cls.__name__}.{name} is mandatory and missing")


@per_class
def writer(cls: type[Any]) -> Writer:
    """Return the generated writer of a class."""
    scope = _scope(cls)
    exec(compile(_source(spec_of(cls), pieces=False), f"<writer of {cls.__name__}>", "exec"), scope)  # noqa: S102
    made: Writer = scope["write"]
    return made


@per_class
def _pieces(cls: type[Any]) -> Callable[[Any], tuple[str, list[tuple[str, str]]]]:
    """Return the generated function that writes a class in pieces: (attributes, [(child, text)])."""
    scope = _scope(cls)
    exec(compile(_source(spec_of(cls), pieces=True), f"<pieces of {cls.__name__}>", "exec"), scope)  # noqa: S102
    made: Callable[[Any], tuple[str, list[tuple[str, str]]]] = scope["write"]
    return made


def _write_with_foreign(value: Cim, tag: str) -> str:
    """Write an object with what it keeps beyond its class, each in its place."""
    cls = type(value)
    attributes, parts = _pieces(cls)(value)
    spec, foreign = spec_of(cls), value.foreign or Foreign()
    inner: dict[str, str] = {}
    for key, text in foreign.attributes.items():
        child, _, name = key.partition("@") if not key.startswith("{") else ("", "", "")
        if name:
            inner[child] = inner.get(child, "") + _attribute(name, text)
        else:
            attributes += _attribute(key, text)
    strays: dict[str, str] = {}
    for stray in foreign.elements:
        strays[stray.after] = strays.get(stray.after, "") + write_any(stray.element)
    out = strays.pop(FIRST, "")
    for xml, text in parts:
        if xml in inner:
            text = text.replace(f"<{xml}>", f"<{xml}{inner[xml]}>", 1)  # noqa: PLW2901
        out += text + strays.pop(xml, "") + (strays.pop("", "") if xml == spec.wildcard else "")
    return f"<{tag}{attributes}>{out}{''.join(strays.values())}</{tag}>"


def _attribute(key: str, text: str) -> str:
    found = _QUALIFIED.fullmatch(key)
    uri, name = found.groups() if found is not None else ("", key)
    if not _NCNAME.fullmatch(name) or name == "xmlns" or uri == "http://www.w3.org/2000/xmlns/":
        raise EncodeError(f"{key[:60]!r} cannot be the name of an attribute")
    if found is None:
        return f" {key}={quote(text)}"
    if uri == "http://www.w3.org/XML/1998/namespace":
        return f" xml:{name}={quote(text)}"
    prefix = f"a{zlib.crc32(uri.encode()):x}"
    return f" xmlns:{prefix}={quote(uri)} {prefix}:{name}={quote(text)}"


def _scope(cls: type[Any]) -> dict[str, Any]:
    """Return the names that generated code uses."""
    scope: dict[str, Any] = {
        "CLS": cls,
        "escape": escape,
        "quote": quote,
        "missing": missing,
        "write_any": write_any,
        "BOOLEANS": _BOOLEANS,
        "to_builtins": msgspec.to_builtins,
        "write_date_time": write_date_time,
        "write_decimal": write_decimal,
        "write_float": write_float,
        "write_with_foreign": _write_with_foreign,
    }
    for index, field in enumerate(spec_of(cls).fields):
        if field.kind == "class":
            scope[f"write{index}"] = _later(scope, f"write{index}", field.type)
        if field.place == "attribute":
            scope[f"attribute{index}"] = Memo(_attribute_writer(field.xml))
        if (only := only_attribute(field)) is not None:
            scope[f"empty{index}"] = Memo(_empty_writer(field.xml, only.xml))
    return scope


def _attribute_writer(xml: str) -> Callable[[str], str]:
    return lambda text: f" {xml}={quote(text)}"


def _empty_writer(xml: str, attribute: str) -> Callable[[str], str]:
    return lambda text: f"<{xml} {attribute}={quote(text)}/>"


def _later(scope: dict[str, Any], name: str, cls: Any) -> Writer:
    """Return a writer that is generated when first needed (classes may contain one another), and then replaced."""

    def write(value: Any, tag: str) -> str:
        made = scope[name] = writer(cls)
        return made(value, tag)

    return write


_BOOLEANS: Final = {True: "true", False: "false"}
_TEXTS: Final = {
    "string": "escape({v})",
    "enum": "escape({v})",
    "dateTime": "(to_builtins({v}) if {v}.tzinfo is not None else write_date_time({v}))",
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
        plain = f"{value}.{only.name} is not None and {value}.foreign is None"
        return f"(empty{index}[{value}.{only.name}] if {plain} else {whole})"
    if field.place == "attribute":
        return f"attribute{index}[{value}]"
    text = _TEXTS[field.kind].format(v=value)
    return text if field.place == "text" else f'f"<{field.xml}>{{{text}}}</{field.xml}>"'


def _source(spec: ClassSpec, *, pieces: bool) -> str:
    """Write the writer of a class."""
    lines = ["def write(o):", "    parts = []", "    a = s = ''"]
    if not pieces:
        lines = [
            "def write(o, tag):",
            "    if o.foreign is not None: return write_with_foreign(o, tag)",
            "    a = s = ''",
        ]
    for index, field in enumerate(spec.fields):
        lines.append(f"    v = o.{field.name}")
        if field.many:
            if field.required:
                lines.append(f"    if not v: missing(CLS, {field.xml!r})")
            lines.append(f"    for x in v: s += {_expression(index, field, 'x')}")
        else:
            target = "a" if field.place == "attribute" else "s"
            lines.append(f"    if v is not None: {target} += {_expression(index, field, 'v')}")
            if field.required:
                lines.append(f"    else: missing(CLS, {field.xml!r})")
        if pieces and field.place != "attribute":
            lines += [f"    parts.append(({field.xml!r}, s))", "    s = ''"]
    lines.append("    return a, parts" if pieces else "    return f'<{tag}{a}>{s}</{tag}>' if s else f'<{tag}{a}/>'")
    return "\n".join(lines) + "\n"
