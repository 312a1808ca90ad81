"""How much a reader accepts before it refuses: bounds on time and memory, for the user to raise."""

from __future__ import annotations

from collections.abc import Sized
from typing import Final, TypeVar

import msgspec

from cimbus.errors import UnsafeError

T = TypeVar("T", bound=Sized)

MEBIBYTE: Final = 1 << 20

THREAD_SIZE: Final = 32_768
"""Octets from which a document should be decoded in a worker thread, so that an event loop goes on meanwhile.

Decoding 32 KiB takes 1 ms where the payload has a class, and up to 100 ms for the worst document that the limits allow
(measured on two busy cores); handing it to a thread takes 0.1 ms. Below this size the thread costs more than it saves
for ordinary documents. A Compressed payload costs what it inflates to, whatever the size of its document."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on one message.

    Attributes:
        max_bytes: size of the document as it came, in octets.
        max_nodes: elements and attributes (start and end tags are counted in the raw text, so about half of it).
        max_depth: nesting of elements or JSON values; above 256 the XML parser's own guard is lifted.
        max_inflated: size of a Compressed payload once opened, in octets.
        max_attributes: attributes of one element.
        max_name: length of a name of an element or attribute, in octets.
        max_uri: length of a namespace URI, in octets.
        max_prefixes: namespace prefixes in scope of one element that is kept as it is.
        max_texts: texts that are opened since they may hold a document (Compressed, CDATA, escaped XML, JSON strings).
        max_properties: Property elements of a header, and Option and ID elements of each area.
        max_work: steps that may be taken for what no class describes; see ``WorkBudget``.

    >>> from cimbus import decode
    >>> decode("<Message/>", limits=Limits(max_bytes=5))
    Traceback (most recent call last):
    cimbus.errors.UnsafeError: 10 octets; the limit is 5 (raise it with Limits(max_bytes=...))
    """

    # 32 MiB: 100 000 readings are about 20 MB; the longest of 254 public messages has 79 kB
    max_bytes: int = 32 * MEBIBYTE
    # a tree of 500 000 tags takes about 80 MB (measured): what a small machine can spare for one message
    max_nodes: int = 500_000
    # nouns nest about ten deep; 256 is libxml2's own limit
    max_depth: int = 256
    # opened, it is in memory up to six times: inflated, as a tree, and as texts of Python; a small machine has 100 MB
    max_inflated: int = 16 * MEBIBYTE
    # the class with most attributes in IEC 61968-9 and -100 has four (IDatts); signatures and vendors add a few
    max_attributes: int = 256
    # the longest name of CIM has 58 characters; a name is repeated in paths and notes
    max_name: int = 1_000
    # the longest of 254 public messages has 76 characters; each element's full name repeats its URI, so that the memory
    # for a document is up to this many times its number of elements
    max_uri: int = 1_000
    # SOAP with several schemas has about ten; each element that is kept is looked up in all of them
    max_prefixes: int = 64
    # a message has one payload; a wrapper that carries the message as text has it in its first texts
    max_texts: int = 16
    # the most of 254 public messages is 3; each look-up of one by its name goes through all
    max_properties: int = 10_000
    # 1 MiB of the worst documents then takes half a second (measured: 2 to 5 microseconds a step)
    max_work: int = 100_000

    def check_size(self, data: bytes) -> None:
        """Refuse a document that is too large, by octets or by the elements and attributes (values of JSON) in it.

        Raises:
            UnsafeError: it names each limit that is exceeded, and what was found.

        >>> Limits(max_bytes=5).check_size(b"<Message/>")
        Traceback (most recent call last):
        cimbus.errors.UnsafeError: 10 octets; the limit is 5 (raise it with Limits(max_bytes=...))
        """
        size = len(data)
        # counting is not free, and a document of n octets has fewer than n nodes
        if size <= self.max_bytes and size <= self.max_nodes:
            return
        nodes = data.count(b"<") + data.count(b"=")
        if data[:_START].lstrip(_NO_JSON).startswith((b"{", b"[")):
            nodes = data.count(b",") + data.count(b":") + data.count(b"[")
        found = (("octets", "max_bytes", size), ("elements, attributes or values", "max_nodes", nodes))
        beyond_them = [each for each in found if each[2] > getattr(self, each[1])]
        if beyond_them:
            said = "; ".join(
                f"{number} {what}; the limit is {getattr(self, name)}" for what, name, number in beyond_them
            )
            options = ", ".join(f"{name}=..." for _, name, _ in beyond_them)
            raise UnsafeError(f"{said} (raise {'it' if len(beyond_them) == 1 else 'them'} with Limits({options}))")


_START: Final = 64
"""Octets in which the first character is looked for."""
_NO_JSON: Final = b"\xef\xbb\xbf \t\r\n"
"""A byte order mark and white space, before it."""
DEFAULT_LIMITS: Final = Limits()
"""The limits where none are given."""


def beyond(found: str, name: str, limit: int, *, path: str = "") -> UnsafeError:
    """Return the error for a document beyond a limit: what was found, the limit's value, and how to raise it.

    >>> print(beyond("300 attributes on one element", "max_attributes", 256))
    300 attributes on one element; the limit is 256 (raise it with Limits(max_attributes=...))
    """
    return UnsafeError(f"{found}; the limit is {limit} (raise it with Limits({name}=...))", path=path)


def check_number(items: T, limits: Limits) -> T:
    """Return a header's properties, or an area's options or IDs, unless they are too many.

    Raises:
        UnsafeError: there are more than ``limits.max_properties``.

    >>> check_number(["a", "b"], Limits())
    ['a', 'b']
    """
    if len(items) > limits.max_properties:
        raise beyond(f"{len(items)} properties, options or IDs", "max_properties", limits.max_properties)
    return items


def check_name(name: str, limits: Limits) -> None:
    """Refuse a name that is too long.

    Raises:
        UnsafeError: it has more octets than ``limits.max_name``.
    """
    if len(name) * 4 > limits.max_name and (octets := len(name.encode("utf-8", "surrogatepass"))) > limits.max_name:
        raise beyond(f"a name of {octets} octets", "max_name", limits.max_name)


def check_uri(uri: str, limits: Limits) -> None:
    """Refuse a namespace that is too long.

    Raises:
        UnsafeError: it has more octets than ``limits.max_uri``.
    """
    if len(uri) * 4 > limits.max_uri and (octets := len(uri.encode("utf-8", "surrogatepass"))) > limits.max_uri:
        raise beyond(f"a namespace of {octets} octets", "max_uri", limits.max_uri)


class WorkBudget:
    """The steps that are left for what no class describes: elements that are kept, JSON that becomes elements, notes.

    One or two steps for each such element and one for each attribute that is kept; for a text that is opened
    ``TEXT_STEPS``, and one for every second tag in it, since a small document can hold a large one. Typed payloads take
    none else: their cost is bounded by ``max_nodes``. A document above 1 MiB may take proportionally more, since the
    promise is about time per octet.

    >>> budget = WorkBudget(Limits(max_work=3), size=100)
    >>> budget.spend(2)
    >>> budget.spend(2)
    Traceback (most recent call last):
    cimbus.errors.UnsafeError: more steps for unknown content; the limit is 3 (raise it with Limits(max_work=...))
    """

    __slots__ = ("_limit", "limits", "size", "spent", "texts")

    def __init__(self, limits: Limits, size: int = 0) -> None:
        self.limits = limits
        self.size = size
        """Octets of the document."""
        self.spent = 0
        self.texts = 0
        self._limit = limits.max_work if size <= MEBIBYTE else limits.max_work * (size / MEBIBYTE)

    def spend(self, steps: int) -> None:
        """Count steps.

        Raises:
            UnsafeError: there are more than the limit.
        """
        self.spent += steps
        if self.spent > self._limit:
            raise beyond("more steps for unknown content", "max_work", self.limits.max_work)

    def open_text(self, tags: int) -> None:
        """Count a text that is opened, and the tags in it.

        Raises:
            UnsafeError: there are more than the limit.
        """
        self.texts += 1
        if self.texts > self.limits.max_texts:
            raise beyond("more texts that hold documents", "max_texts", self.limits.max_texts)
        self.spend(TEXT_STEPS + tags // 2)


TEXT_STEPS: Final = 100
"""What opening a text costs in steps: a parser is made for it (about 50 microseconds, measured)."""
