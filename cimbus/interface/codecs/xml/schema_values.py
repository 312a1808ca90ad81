"""Attributes and simple values of the Edition 1 envelope, by the lexical spaces of XML Schema part 2."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from cimbus.interface.envelope import NAMESPACE, VERBS
from cimbus.interface.model.xml_name import is_xml_name

from .notes import NoteCollector
from .schema import ID_KINDS, IDATTS, TYPE_NAMES
from .source import Node, local_name

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_SPACE: Final = " \t\r\n"
_INTEGER: Final = re.compile(r"[+-]?\d+", re.ASCII)
_BOOLEAN: Final = frozenset({"true", "false", "1", "0"})
_DATE_TIME: Final = re.compile(
    r"(-?)(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|[+-](\d\d):(\d\d))?", re.ASCII
)
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_RESULTS: Final = frozenset({"OK", "PARTIAL", "FAILED"})
_LEVELS: Final = frozenset({"INFORM", "WARNING", "FATAL", "CATASTROPHIC"})


def is_date_time(text: str) -> bool:
    """Return whether a text is an xs:dateTime (3.2.7).

    >>> is_date_time("2026-03-01T24:00:00"), is_date_time("2026-02-29T00:00:00Z")
    (True, False)
    """
    found = _DATE_TIME.fullmatch(text.strip(_SPACE))
    if found is None:
        return False
    years, *numbers = (found[index] for index in range(2, 8))
    month, day, hour, minute, second = (int(number) for number in numbers)
    if (len(years) > 4 and years[0] == "0") or not years.strip("0") or not 1 <= month <= 12:  # no year 0
        return False
    year = int(years[-6:])  # leap years repeat after 400, and 400 divides a million
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _DAYS[month - 1] + leap or minute > 59 or second > 59:
        return False
    if hour > 23 and not (hour == 24 and not minute and not second and not (found[8] or "").strip(".0")):
        return False
    return found[9] is None or (int(found[9]) * 60 + int(found[10]) <= 14 * 60 and int(found[10]) <= 59)


def _is_qname(text: str, node: Node) -> bool:
    """Return whether a text is an xs:QName whose prefix is declared."""
    prefix, colon, local = text.strip(_SPACE).rpartition(":")
    if not is_xml_name(local) or (colon and not is_xml_name(prefix)):
        return False
    return not colon or prefix == "xml" or prefix in node.nsmap


_VALUES: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "dateTime": (is_date_time, "an xs:dateTime"),
    "boolean": (lambda text: text.strip(_SPACE) in _BOOLEAN, "true, false, 1 or 0"),
    "integer": (lambda text: _INTEGER.fullmatch(text.strip(_SPACE)) is not None, "a whole number"),
    "Verb": (lambda text: text in VERBS, "one of the verbs of Edition 1"),
    "Result": (lambda text: text in _RESULTS, "OK, PARTIAL or FAILED"),
    "Level": (lambda text: text in _LEVELS, "INFORM, WARNING, FATAL or CATASTROPHIC"),
}


def check_simple(node: Node, kind: str, notes: NoteCollector) -> None:
    """Record what is wrong with an element whose type is simple, or text with attributes.

    >>> from lxml import etree
    >>> notes = NoteCollector(strict=True)
    >>> check_simple(etree.fromstring("<Verb>CREATED</Verb>"), "Verb", notes)
    >>> notes.problems[0].text
    "'CREATED' is not one of the verbs of Edition 1"
    """
    if len(node):
        notes.refuse(node, "elements where a text belongs")
        return
    text = node.text or ""
    if not text and local_name(node) == "elementOperation":  # it has a default, which an empty element takes
        return
    if kind == "QName":
        if not _is_qname(text, node):
            notes.refuse(node, f"{text[:40]!r} is not a qualified name whose prefix is declared (xs:QName)")
        return
    valid, wanted = _VALUES.get(kind, (_any, ""))
    if not valid(text):
        notes.refuse(node, f"{text[:40]!r} is not {wanted}")


def _any(text: str) -> bool:  # noqa: ARG001  # xs:string allows every text
    return True


def check_attributes(node: Node, kind: str, notes: NoteCollector) -> None:
    """Record attributes that an element of a type cannot have.

    >>> from lxml import etree
    >>> notes = NoteCollector(strict=True)
    >>> check_attributes(etree.fromstring("<ID kind='serial'>1</ID>"), "ID", notes)
    >>> notes.problems[0].text
    "attribute kind='serial' is none of name, other, transaction, uuid"
    """
    for key, value in node.attrib.items():
        name = str(key)
        if name in (f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"):
            continue
        if name == f"{_XSI}type" and _names_type(node, str(value), kind):
            continue
        if kind != "ID" or name not in IDATTS:
            notes.refuse(node, f"the schema of Edition 1 has no attribute {name[:60]!r} here")
        elif name == "kind" and value not in ID_KINDS:
            notes.refuse(node, f"attribute kind={str(value)[:40]!r} is none of {', '.join(sorted(ID_KINDS))}")


def _names_type(node: Node, value: str, kind: str) -> bool:
    """Return whether an xsi:type says the type that the element has."""
    prefix, _, local = value.strip(_SPACE).rpartition(":")
    uri = node.nsmap.get(prefix or None, "")
    if kind in TYPE_NAMES:
        return uri == NAMESPACE and local == TYPE_NAMES[kind]
    return uri == _XSD and local == kind
