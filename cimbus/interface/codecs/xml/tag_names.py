"""Which of a class's children a tag is, by the namespace of the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cimbus.interface.codecs.cache import MAX_LENGTH

_PREFIX_LIMIT: Final = 64
"""Namespaces remembered per class: profiles differ by year and host, so a handful are in use; peers could send any."""


class TagNames(dict[str, "Mapping[str, str] | LongTagNames"]):
    """By the namespace of a document: full tag -> name of the child. Bounded, since peers choose namespaces.

    >>> TagNames(("mRID",))["{urn:x}"]
    {'{urn:x}mRID': 'mRID'}
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, prefix: str) -> Mapping[str, str] | LongTagNames:
        if len(prefix) > MAX_LENGTH:
            return LongTagNames(self._names, prefix)
        if len(self) >= _PREFIX_LIMIT:
            self.clear()
        found = self[prefix] = {prefix + name: name for name in self._names}
        return found


class LongTagNames:
    """The same for one namespace that is too long to be remembered, without a copy of it for each name.

    >>> LongTagNames(("mRID",), "{urn:x}").get("{urn:x}mRID")
    'mRID'
    """

    def __init__(self, names: tuple[str, ...], prefix: str) -> None:
        self._names = names
        self._prefix = prefix

    def __contains__(self, tag: str) -> bool:
        return self.get(tag) is not None

    def get(self, tag: str) -> str | None:
        """Return the name of the child with this tag, or None."""
        name = tag[len(self._prefix) :] if tag.startswith(self._prefix) else ""
        return name if name in self._names else None
