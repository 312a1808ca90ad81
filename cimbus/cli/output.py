"""What commands write: rich on a terminal, plain lines or JSON in a pipe. Results on stdout, remarks on stderr."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.status import Status
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from cimbus.middleware.one_line import one_line
from cimbus.middleware.safe_url import safe_url

T = TypeVar("T")
_MANY: Final = 10
"""From how many items on progress is shown: fewer are done before a person could read it."""
_live: Progress | None = None
"""The bar that stands on the terminal now."""


def shown(url: str) -> str:
    """Return a URL without its password, on one line."""
    return one_line(safe_url(url))


def interactive() -> bool:
    """Return whether stdout is a terminal."""
    return sys.stdout.isatty()


def line(text: object = "", style: str = "") -> None:
    """Write a result line, at once."""
    _write(Text(one_line(text), style), sys.stdout)


def styled(*parts: tuple[object, str]) -> None:
    """Write a result line whose parts have styles of their own."""
    _write(Text.assemble(*((one_line(text), style) for text, style in parts)), sys.stdout)


_logged = False
"""Whether remarks are lines of the log."""


def remarks_are_logged(logged: bool) -> None:
    """Say whether remarks and errors are written to the log from now on, not beside it."""
    global _logged  # noqa: PLW0603  # of one process, as standard error is
    _logged = logged


def remark(text: object, style: str = "dim") -> None:
    """Write a remark on stderr, at once."""
    if _logged:
        logging.getLogger("cimbus").info("%s", one_line(text))
        return
    _write(Text(one_line(text), style), sys.stderr)


def fail(text: object) -> None:
    """Write an error on stderr."""
    if _logged:
        logging.getLogger("cimbus").error("%s", one_line(text))
        return
    _write(Text.assemble(("cimbus: ", "bold red"), one_line(text)), sys.stderr)


def _write(text: Text, stream: Any) -> None:
    if _live is not None and stream is sys.stderr:
        _live.console.print(text, soft_wrap=True)
    elif stream.isatty():
        Console(file=stream).print(text, soft_wrap=True)
    else:
        stream.write(text.plain + "\n")
    stream.flush()


def record(value: Any) -> None:
    """Write one JSON object as a line, at once."""
    raw(orjson.dumps(value, default=str))


def raw(data: bytes, *, end: bytes = b"\n") -> None:
    """Write octets on stdout, at once, and a line end where they have none."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data if data.endswith(end) else data + end)
    sys.stdout.buffer.flush()


def document(data: bytes, language: str) -> None:
    """Write an XML or JSON document: coloured on a terminal, the very octets in a pipe."""
    if not interactive():
        raw(data)
        return
    text = (_indented_json(data) if language == "json" else _indented_xml(data)) or data.decode("utf-8", "replace")
    Console().print(Syntax("\n".join(map(clean_keeping_indent, text.splitlines())), language, **_COLOURS))


_COLOURS: Final[dict[str, Any]] = {"theme": "ansi_dark", "background_color": "default", "word_wrap": True}
"""The sixteen colours of the terminal, on its own background, whether that is dark or light."""


def clean_keeping_indent(text: str) -> str:
    """Return one line of a document without control characters."""
    return text[: len(text) - len(text.lstrip(" "))] + one_line(text.lstrip(" "))


def _indented_json(data: bytes) -> str:
    try:
        return orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return ""


def _indented_xml(data: bytes) -> str:
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        return etree.tostring(etree.fromstring(data, parser), pretty_print=True, encoding="unicode")
    except etree.XMLSyntaxError:
        return ""


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Write rows: a table on a terminal, lines with tabs in a pipe."""
    if not interactive():
        for row in rows:
            sys.stdout.write("\t".join(one_line(cell) for cell in row) + "\n")
        sys.stdout.flush()
        return
    made = Table(title=title or None, title_justify="left", header_style="bold")
    texts = [[one_line(cell) for cell in row] for row in rows]
    for column in columns:
        made.add_column(column)
    for row in texts:
        made.add_row(*map(Text, row))
    console = Console()
    if console.measure(made, options=console.options.update_width(_ANY_WIDTH)).maximum <= console.width:
        console.print(made)
    else:
        _wide_table(console, columns, texts, title)


_ANY_WIDTH: Final = 100_000
"""Wider than any table, so that what it needs is measured, and not what there is."""


def _wide_table(console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    """Write a table that is wider than the terminal: a line a row, which the terminal wraps and a person can copy."""
    widths = [max(map(cell_len, each)) for each in zip(columns, *rows, strict=True)]
    if title:
        console.print(Text(title, "italic"), soft_wrap=True)
    for row, style in ((columns, "bold"), *((row, "") for row in rows)):
        cells = [cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        console.print(Text("  ".join(cells).rstrip(), style), soft_wrap=True)


def progress() -> Progress:
    """Return a progress bar on stderr; nothing where that is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,  # it would send results to stderr
        redirect_stderr=False,
        disable=not console.is_terminal,
    )


@contextmanager
def above(bar: Progress) -> Generator[None]:
    """Remove a progress bar while lines are written."""
    if not bar.disable:
        bar.stop()
    yield
    if not bar.disable:
        bar.start()


def tracked(items: Sequence[T], text: str) -> Iterator[T]:
    """Yield items with a progress bar on stderr, where results go elsewhere; on a terminal they are the progress.

    Remarks that are written meanwhile stand above the bar.
    """
    global _live  # noqa: PLW0603  # a terminal has one line for a bar
    with progress() as bar:
        if interactive() or bar.disable or len(items) < _MANY:
            bar.stop()
            yield from items
            return
        _live = bar
        try:
            yield from bar.track(items, description=text)
        finally:
            _live = None


def waiting(text: str) -> Status:
    """Return a spinner on stderr, for ``with``; nothing where that is no terminal."""
    return Console(stderr=True).status(text)


class LogHandler(logging.Handler):
    """Writes cimbus's log as remarks."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record: one line, and the traceback of a handler that failed."""
        style = "red" if record.levelno >= logging.ERROR else "yellow"
        remark(f"{record.levelname.lower()}: {record.getMessage()}", style)
        if record.exc_info:
            for text in "".join(traceback.format_exception(*record.exc_info)).splitlines():
                remark("  " + text)
