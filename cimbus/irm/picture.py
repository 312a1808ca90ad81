"""A picture of who publishes what to whom: functions that write, their objects, functions that read; as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final

from cimbus.errors import MissingExtraError

from .model import business_functions, business_objects
from .tables import BusinessObject

_ROW: Final = 20
"""Pixels from one object to the next: a line of text and its frame."""
_TOP: Final = 50
"""Pixels above the first object, for the headings."""
_WRITER, _OBJECT, _READER, _WIDTH = 170, 330, 770, 940
"""Where the lines begin and end, from the left: the longest name has 32 characters, and stands in the middle."""
_BOX: Final = 280
"""How wide the frame of an object is."""
_COLOURS: Final = ("#1b6ca8", "#b04a12", "#2f7d32", "#7b3fa0", "#a3162e", "#00796b", "#6d5c00", "#455a64")
"""One function's lines have one colour; neighbours differ."""


def linked(code: str = "") -> list[BusinessObject]:
    """Return the objects that someone writes and someone reads or that have one of them; of one function only its own.

    >>> [each.name for each in linked("EDO")][:2]
    ['End Device Event', 'Meter Data']
    """
    return [
        each
        for each in business_objects()
        if (links := (*each.written_by, *each.read_by)) and (not code or any(link.function == code for link in links))
    ]


def draw(objects: Iterable[BusinessObject]) -> str:
    """Return the picture of some objects: writers on the left, readers on the right, doubtful links dashed.

    Raises:
        MissingExtraError: drawsvg is not installed.
    """
    drawsvg = _drawsvg()
    rows = list(objects)
    height = _TOP + _ROW * (max(len(rows), len(business_functions())) + 1)
    picture = drawsvg.Drawing(_WIDTH, height, font_family="sans-serif")
    picture.append(drawsvg.Rectangle(0, 0, _WIDTH, height, fill="white"))
    for text, x, anchor in (("writes", 20, "start"), ("object", _WIDTH / 2, "middle"), ("reads", _WIDTH - 20, "end")):
        picture.append(drawsvg.Text(text, 14, x, 28, text_anchor=anchor, font_weight="bold"))
    for left in (True, False):
        _side(drawsvg, picture, rows, left=left)
    for number, each in enumerate(rows):
        y = _middle(number)
        frame = drawsvg.Rectangle(_OBJECT, y - 8, _BOX, 16, rx=3, fill="#f3f3f3", stroke="#999999")
        frame.append_title(f"{each.name} ({each.source})")
        picture.append(frame)
        picture.append(drawsvg.Text(each.name, 11, _OBJECT + _BOX / 2, y + 4, text_anchor="middle"))
    return str(picture.as_svg())


def _side(drawsvg: Any, picture: Any, rows: list[BusinessObject], *, left: bool) -> None:
    """Draw the functions of one side, and their lines to the objects."""
    links = [each.written_by if left else each.read_by for each in rows]
    accessing = {link.function for on in links for link in on}
    functions = [function for function in business_functions() if function.code in accessing]
    step = _ROW * max(len(rows), len(functions)) / max(len(functions), 1)
    for place, function in enumerate(functions):
        y = _TOP + step * (place + 0.5)
        for number, on in enumerate(links):
            own = [link for link in on if link.function == function.code]
            if own:
                line = _line(drawsvg, y, _middle(number), left=left, doubtful=all(link.doubtful for link in own))
                line.args["stroke"] = _COLOURS[place % len(_COLOURS)]
                line.append_title(", ".join(map(str, own)))
                picture.append(line)
        x, anchor = (_WRITER - 8, "end") if left else (_READER + 8, "start")
        picture.append(drawsvg.Text(function.code, 13, x, y + 4, text_anchor=anchor, font_weight="bold"))
        picture.append(drawsvg.Text(function.name, 8, x, y + 14, text_anchor=anchor, fill="#555555"))


def _line(drawsvg: Any, from_y: float, to_y: float, *, left: bool, doubtful: bool) -> Any:
    dashed = {"stroke_dasharray": "4 3"} if doubtful else {}
    outer, inner = (_WRITER, _OBJECT) if left else (_READER, _OBJECT + _BOX)
    middle = (outer + inner) / 2
    line = drawsvg.Path(stroke_width=1.2, fill="none", **dashed)
    return line.M(outer, from_y).C(middle, from_y, middle, to_y, inner, to_y)


def _middle(number: int) -> float:
    return _TOP + _ROW * (number + 0.5)


def _drawsvg() -> Any:
    try:
        return import_module("drawsvg")
    except ModuleNotFoundError:
        raise MissingExtraError("the picture needs drawsvg: pip install 'cimbus[svg]'") from None
