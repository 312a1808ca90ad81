"""SOAP Faults, as the errors of a FaultMessage."""

from __future__ import annotations

from typing import Final

from cimbus.interface.envelope import Error

from .areas import SOAP
from .source import Node, lower_name

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def find_fault(document: Node) -> Node | None:
    """Return the first SOAP Fault of a document, None if it has none.

    >>> from .source import parse, text_bytes
    >>> from cimbus.interface.codecs.limits import Limits
    >>> find_fault(parse(text_bytes("<a/>"), Limits())) is None
    True
    """
    return next((node for uri in SOAP for node in document.iter(f"{{{uri}}}Fault")), None)


def read_fault(fault: Node) -> Error:
    """Return a Fault as an error: code, reason, and all else as details.

    SOAP 1.1 (4.4) has faultcode, faultstring, faultactor, detail; SOAP 1.2 (part 1, 5.4) has Code with a Value and a
    Subcode, Reason with a Text for each language, Node, Role, Detail. Of several languages English is taken, else the
    first.

    >>> from .source import parse, text_bytes
    >>> from cimbus.interface.codecs.limits import Limits
    >>> fault = "<Fault><faultcode>Server</faultcode><faultstring>no such meter</faultstring></Fault>"
    >>> read_fault(parse(text_bytes(fault), Limits())).reason
    'no such meter'
    """
    parts = {lower_name(child): child for child in fault}
    code, reason = parts.get("code"), parts.get("reason")
    codes = [] if code is None else [_text(each) for each in code.iter() if lower_name(each) == "value"]
    details = [f"subcode {each}" for each in codes[1:]]
    others = ((name, _text(parts.get(name))) for name in ("faultactor", "node", "role", "detail"))
    details += [text if name == "detail" else f"{name} {text}" for name, text in others if text]
    return Error(
        code=_text(parts.get("faultcode")) or (codes[0] if codes else _text(code)),
        reason=_text(parts.get("faultstring")) or _in_one_language(reason) or None,
        details="; ".join(details) or None,
    )


def _in_one_language(reason: Node | None) -> str:
    if reason is None or not len(reason):
        return _text(reason)
    texts = [each for each in reason if lower_name(each) == "text"] or list(reason)
    english = (each for each in texts if (each.get(_LANG) or "").lower().startswith("en"))
    return _text(next(english, texts[0]))


def _text(node: Node | None) -> str:
    """Return the texts in an element with one space between them."""
    return "" if node is None else " ".join(" ".join(map(str, node.itertext())).split())
