"""``cimbus catalog``: the interface reference model: functions, objects, nouns, and who publishes what to whom."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click
import msgspec

from cimbus import irm
from cimbus.errors import UsageError
from cimbus.interface.model import find_named

from . import exits
from .completing import complete_noun
from .options import json_option
from .output import line, record, table


@click.command("catalog")
@click.option("--function", "code", metavar="CODE", help="One business function, such as NO or EDO.")
@click.option("--part", metavar="NUMBER", help="The nouns of one part of the series, such as 9.")
@click.option(
    "--noun", metavar="NAME", shell_complete=complete_noun, help="One noun, and who writes and reads what it carries."
)
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write a picture of who publishes what.")
@json_option
def catalog(*, code: str | None, part: str | None, noun: str | None, svg: Path | None, as_json: bool) -> int:
    """Show the interface reference model of IEC 61968-1, as far as it is public.

    Each fact says where it is known from. With --json, an object a line: {"record": "function", ...}, then objects,
    nouns, parts, layers of the interface profile, and other facts.
    """
    import_module("cimbus.nouns")  # registers them
    try:
        function = None if code is None else irm.business_function(code.upper()).code
        facts = None if noun is None else irm.noun_facts(noun)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if part is not None and part not in {each.number for each in irm.series_parts()}:
        raise UsageError(f"there is no part {part!r}; there are {', '.join(p.number for p in irm.series_parts())}")
    if svg is not None:
        from cimbus.irm.picture import draw, linked

        _ = svg.write_text(draw(linked(function or "")), encoding="utf-8")
        line(str(svg))
        return exits.OK
    chosen = _Chosen(function, part, facts)
    if as_json:
        _show_json(chosen)
    else:
        _show(chosen)
    return exits.OK


class _Chosen:
    """What of the model is to be shown."""

    def __init__(self, code: str | None, part: str | None, noun: irm.NounFacts | None) -> None:
        everything = code is None and part is None and noun is None
        self.functions = [each for each in irm.business_functions() if everything or each.code == code]
        self.nouns = [
            each
            for each in irm.all_noun_facts()
            if everything or each == noun or (part and each.part == part) or (code and code in each.functions)
        ]
        carried = {noun.query_of or noun.name} if noun else set[str]()
        self.objects = [
            each
            for each in irm.business_objects()
            if everything
            or (
                code
                and (code in each.functions or any(link.function == code for link in (*each.written_by, *each.read_by)))
            )
            or carried & set(each.nouns)
        ]
        self.parts = [each for each in irm.series_parts() if everything or each.number == part]
        self.layers = irm.profile_layers() if everything else ()
        self.facts = irm.standard_facts() if everything else ()


def _show_json(chosen: _Chosen) -> None:
    for name, rows in (
        ("function", chosen.functions),
        ("object", chosen.objects),
        ("noun", chosen.nouns),
        ("part", chosen.parts),
        ("layer", chosen.layers),
        ("fact", chosen.facts),
    ):
        for row in rows:
            plain: dict[str, object] = msgspec.to_builtins(row)
            if name == "noun":
                plain["function_source"] = "inference"
                plain["typed"] = bool(find_named(str(plain["name"])))
            record({"record": name, **plain})


def _show(chosen: _Chosen) -> None:
    if chosen.functions:
        table(
            ("code", "function", "clause", "parts", "source"),
            [(f.code, f.name, f.clause, ", ".join(f.parts), f.source) for f in chosen.functions],
            "Business functions",
        )
    if len(chosen.functions) == 1:
        _show_function(chosen.functions[0])
    if chosen.objects:
        rows = [
            (each.name, _links(each.written_by), _links(each.read_by), ", ".join(each.nouns), _source(each))
            for each in chosen.objects
        ]
        table(("object", "written by", "read by", "nouns", "source"), rows, "Business objects")
    if chosen.nouns:
        named = [(n.name, n.part, n.quality, ", ".join(n.functions), n.namespace, n.note) for n in chosen.nouns]
        table(("noun", "part", "quality", "functions", "namespace", ""), named, "Nouns")
    if chosen.parts:
        table(
            ("part", "title", "nouns", "source"),
            [(p.number, p.title, p.nouns, p.source) for p in chosen.parts],
            "Parts",
        )


def _show_function(function: irm.BusinessFunction) -> None:
    rows = [
        (each.name, each.part_of, ", ".join(each.writes), ", ".join(each.reads), function.content_source)
        for each in function.sub_functions
    ]
    table(("sub-function", "part of", "writes", "reads", "source"), rows, "Sub-functions")
    if function.gaps:
        line(f"not known: {function.gaps}")


def _source(each: irm.BusinessObject) -> str:
    return f"{each.source} (suspect)" if each.suspect else each.source


def _links(links: tuple[irm.AccessLink, ...]) -> str:
    return "; ".join(map(str, links))
