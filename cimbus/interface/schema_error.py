"""What is wrong with an XML schema, and where."""

from __future__ import annotations

from cimbus.errors import UsageError


class SchemaError(UsageError):
    """An XML schema cannot be read, or says something that classes cannot express.

    Attributes:
        reason: what is wrong, in one sentence.
        file: the schema's path.
        line: 1-based line in it, or None.

    >>> print(SchemaError("mixed content has no form", file="a.xsd", line=7))
    a.xsd:7: mixed content has no form
    """

    def __init__(self, reason: str, *, file: str = "", line: int | None = None) -> None:
        super().__init__(f"{file}:{line}: {reason}" if line else f"{file}: {reason}")
        self.reason = reason
        self.file = file
        self.line = line
