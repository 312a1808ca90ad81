"""What is said about one document while it is read: notes, and the problems that strict reading refuses it for.

========  ===================================================  ==================
call      for                                                  strict reading
========  ===================================================  ==================
note      what the schema does not allow                       a problem in a noun;
                                                               ``validate`` finds
                                                               those of envelopes
refuse    what no schema speaks of (two messages in one)       a problem
remark    what the schema allows (a time without a zone)       no problem
========  ===================================================  ==================
"""

from __future__ import annotations

from typing import Final

from cimbus.errors import StrictError
from cimbus.interface.message import DecodeNote

from .source import Node, line_of, local_name

MAX_NOTES: Final = 1_000
"""Notes kept of one message: more than a person reads, and a bound for a document that is wrong in every element."""
MAX_PROBLEMS: Final = 100
"""Problems kept for a ``StrictError``: who mends a document reads it again after the first hundred."""
NOTHING_SAID: Final = (0, 0, 0)
"""The mark of a collector that has said nothing yet."""
_LONGEST: Final = 400
"""Characters of a note's path and text: a sender chooses names and texts, and each of many notes repeats them."""


class NoteCollector:
    """Collects what is said about one document.

    Args:
        strict: collect problems, too.

    >>> from lxml import etree
    >>> notes = NoteCollector()
    >>> notes.note(etree.fromstring("<Message/>"), "something unusual")
    >>> [str(note) for note in notes.take_notes()]
    ['Message: something unusual']
    """

    said = 0
    """How often something was said of what was read, also what was forgotten since."""
    validated = False
    """Whether ``validate`` finds the problems of what is read now: the envelope of an XML document."""

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.problems: list[DecodeNote] = []
        self._notes: list[DecodeNote] = []
        self._noted: dict[tuple[str, str], None] = {}
        """What ``note_once`` has noted: (about, text)."""
        self._counted: dict[tuple[Node, str], tuple[Node, int]] = {}
        """By parent and tag: the child of that tag that a path named last, and its index."""

    def take_notes(self) -> tuple[DecodeNote, ...]:
        """Return the notes made since the last call."""
        if not self._notes:
            return ()
        notes, self._notes = tuple(self._notes), []
        return notes

    def mark(self) -> tuple[int, int, int]:
        """Return how much has been said so far, for ``forget``."""
        return len(self._notes), len(self.problems), len(self._noted)

    def forget(self, mark: tuple[int, int, int]) -> None:
        """Take back what was said since a mark."""
        del self._notes[mark[0] :], self.problems[mark[1] :]
        while len(self._noted) > mark[2]:
            _ = self._noted.popitem()

    def note(self, node: Node, text: str, *, child: str = "") -> None:
        """Record something that is accepted although the schema does not allow it."""
        self._add(node, text, child, problem=self.strict and not self.validated)

    def refuse(self, node: Node, text: str, *, child: str = "") -> None:
        """Record something that is accepted although no message may be so, whatever its schema."""
        self._add(node, text, child, problem=self.strict)

    def remark(self, node: Node, text: str) -> None:
        """Record something that the schema allows."""
        self._add(node, text, "", problem=False)

    def note_once(self, node: Node, about: str, text: str) -> None:
        """Record something that holds for every element, at the first one only."""
        if (about, text) not in self._noted and len(self._notes) < MAX_NOTES:
            self._noted[about, text] = None
            self.note(node, text)

    def remark_once(self, node: Node, about: str, text: str) -> None:
        """Record something that the schema allows and that holds for every element, at the first one only."""
        if (about, text) not in self._noted and len(self._notes) < MAX_NOTES:
            self._noted[about, text] = None
            self.remark(node, text)

    def check(self, header: object = None) -> None:
        """Refuse a document that was read strictly and has problems.

        Raises:
            StrictError: there are some; it says the first, and holds the first hundred.
        """
        if self.problems:
            first = self.problems[0]
            problems = tuple(self.problems)
            raise StrictError(first.text, path=first.path, line=first.line, header=header, problems=problems)

    def _add(self, node: Node, text: str, child: str, *, problem: bool) -> None:
        self.said += 1
        full = len(self._notes) >= MAX_NOTES
        if full and not (problem and len(self.problems) < MAX_PROBLEMS):
            return
        path = f"{self.path(node)}/{child}" if child else self.path(node)
        made = DecodeNote(shortened(path), shortened(text), line_of(node))
        if not full:
            self._notes.append(made)
        if problem and len(self.problems) < MAX_PROBLEMS:
            self.problems.append(made)

    def path(self, node: Node) -> str:
        """Return where an element is: local names, with an index where there are several of a name."""
        names: list[str] = []
        for parent in node.iterancestors():
            names.append(self._called(node, parent))
            node = parent
        names.append(local_name(node))
        return "/".join(reversed(names))

    def _called(self, node: Node, parent: Node) -> str:
        """Return an element's name and index.

        Notes come nearly in the order of the document: counting goes on from the one of that name that was noted last,
        so that notes of all of many children cost no more than reading them.
        """
        tag = str(node.tag)
        last, index = self._counted.get((parent, tag), (None, 0))
        if last is not node:
            later = () if last is None else last.itersiblings(tag)
            found = next((steps for steps, each in enumerate(later, 1) if each is node), None)
            index = index + found if found is not None else 1 + sum(1 for _ in node.itersiblings(tag, preceding=True))
            self._counted[parent, tag] = (node, index)
        alone = index == 1 and next(node.itersiblings(tag), None) is None
        return local_name(node) if alone else f"{local_name(node)}[{index}]"


def shortened(text: str) -> str:
    """Return a text, or its beginning if it is long.

    >>> shortened("short")
    'short'
    """
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
