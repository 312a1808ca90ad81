"""An AsyncAPI document as one page of HTML, which needs nothing beside it: no script, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from .page_parts import anchored, code, definition_rows, escape, link, name_of, table, tag
from .page_schemas import schema_sections

Json = dict[str, Any]

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem 1.5rem 4rem; }
h2 { border-bottom: 1px solid var(--line); margin-top: 3rem; }
section { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; padding: 0 1rem 1rem; }
section:target { outline: 2px solid; }
h3 { font-size: 1.05rem; margin: .8rem 0 .4rem; overflow-wrap: anywhere; }
code { background: var(--soft); border-radius: 3px; overflow-wrap: anywhere; padding: .1em .3em; }
table { border-collapse: collapse; width: 100%; }
td, th { border-top: 1px solid var(--line); padding: .25rem .6rem .25rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; width: 11rem; }
thead th { width: auto; }
.receive::before { content: "\\2193  "; }
.send::before { content: "\\2191  "; }
nav ul { columns: 20rem; padding-left: 1.2rem; }
pre { background: var(--soft); overflow-x: auto; padding: .6rem; }
"""
# the policy is a second bound: even a document that a stranger wrote loads nothing
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def html_page(document: Json) -> str:
    """Return a page that shows servers, operations, channels, messages and schemas of a document.

    The same document makes the same page. Every text of the document is escaped.

    Args:
        document: as ``describe`` or ``describe_catalog`` makes it.

    >>> from cimbus import Component, Message
    >>> from cimbus.asyncapi import describe
    >>> oms = Component("OMS <test>")
    >>> @oms.on("TroubleTickets")
    ... async def note(message: Message) -> None: ...
    >>> page = html_page(describe(oms))
    >>> "OMS &lt;test&gt;" in page, "<script" in page
    (True, False)
    """
    title = escape(document["info"]["title"])
    parts = [
        f"<h1>{title}</h1>",
        _about(document),
        *_contents(document),
        *_servers(document.get("servers", {})),
        *_operations(document["operations"], document["channels"]),
        *_channels(document["channels"]),
        *_messages(document["components"]["messages"]),
        *schema_sections(document["components"]["schemas"]),
    ]
    head = (
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n<style>{_STYLE}</style>'
    )
    body = "\n".join(parts)
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _about(document: Json) -> str:
    version, bodies = code(document["info"]["version"]), code(document["defaultContentType"])
    return f"<p>Version {version}, AsyncAPI {code(document['asyncapi'])}, bodies in {bodies}.</p>"


def _contents(document: Json) -> Iterator[str]:
    yield "<nav><h2>Channels at a glance</h2><ul>"
    for name in document["channels"]:
        yield f"<li>{link('channel', name)}</li>"
    yield "</ul></nav>"


def _servers(servers: Json) -> Iterator[str]:
    if not servers:
        return
    yield "<h2>Servers</h2>"
    rows = [
        [code(name), escape(one["protocol"]), escape(one.get("protocolVersion", "")), code(_host(one))]
        for name, one in servers.items()
    ]
    yield table(["name", "protocol", "version", "host"], rows)


def _host(server: Json) -> str:
    return f"{server['host']}{server.get('pathname', '')}"


def _operations(operations: Json, channels: Json) -> Iterator[str]:
    yield "<h2>Operations</h2>"
    for name, one in operations.items():
        rows: list[tuple[str, str]] = [
            ("channel", link("channel", name_of(one["channel"]))),
            ("address", _address(channels[name_of(one["channel"])])),
            ("messages", _messages_of(one["messages"])),
        ]
        if "reply" in one:
            rows.append(("reply", f"at ReplyAddress: {_messages_of(one['reply']['messages'])}"))
        rows += [(key, escape(one[key])) for key in ("summary", "description") if key in one]
        rows += [(f"{protocol} binding", _plain(value)) for protocol, value in one.get("bindings", {}).items()]
        heading = f'<span class="{escape(one["action"])}">{escape(one["action"])}</span> {escape(name)}'
        yield anchored("operation", name, heading, definition_rows(rows))


def _channels(channels: Json) -> Iterator[str]:
    yield "<h2>Channels</h2>"
    for name, one in channels.items():
        rows = [("address", _address(one))]
        rows += [(f"{{{word}}}", _parameter(parameter)) for word, parameter in one.get("parameters", {}).items()]
        rows.append(("messages", ", ".join(link("message", each) for each in one["messages"])))
        if servers := one.get("servers"):
            rows.append(("servers", ", ".join(code(name_of(each)) for each in servers)))
        if "description" in one:
            rows.append(("description", escape(one["description"])))
        rows += [(f"{protocol} binding", _plain(value)) for protocol, value in one.get("bindings", {}).items()]
        yield anchored("channel", name, escape(name), definition_rows(rows))


def _messages(messages: Json) -> Iterator[str]:
    yield "<h2>Messages</h2>"
    for name, one in messages.items():
        rows = [
            ("content type", code(one["contentType"])),
            ("headers", link("schema", name_of(one["headers"]))),
            ("carries", ", ".join(_links(one["payload"])) or "any noun"),
            ("description", escape(one["description"])),
        ]
        rows += [(f"{protocol} binding", _plain(value)) for protocol, value in one.get("bindings", {}).items()]
        yield anchored("message", name, escape(name), definition_rows(rows))


def _links(schema: Any) -> Iterator[str]:
    """Yield links to the schemas that a message refers to, in order."""
    if isinstance(schema, dict):
        for key, value in schema.items():  # pyright: ignore[reportUnknownVariableType]
            if key == "$ref":
                yield link("schema", name_of({"$ref": str(value)}))  # pyright: ignore[reportUnknownArgumentType]
            else:
                yield from _links(value)
    elif isinstance(schema, list):
        for each in schema:  # pyright: ignore[reportUnknownVariableType]
            yield from _links(each)


def _messages_of(references: Iterable[Json]) -> str:
    return ", ".join(link("message", name_of(each)) for each in references)


def _address(channel: Json) -> str:
    return "said by each request" if channel["address"] is None else code(channel["address"])


def _parameter(parameter: Json) -> str:
    words = escape(parameter["description"])
    for key in ("enum", "examples"):
        if key in parameter:
            words += f" {tag('em', key)}: {', '.join(map(code, parameter[key]))}"
    return words


def _plain(value: Any) -> str:
    """Return the fields of a binding."""
    if not value:
        return "no fields"
    return ", ".join(f"{escape(key)} {code(_short(each))}" for key, each in value.items())


def _short(value: Any) -> str:
    """Return a schema in a binding by what it says most."""
    if not isinstance(value, dict):
        return str(value)
    schema: Json = value  # pyright: ignore[reportUnknownVariableType]
    return str(schema.get("const") or ", ".join(schema.get("properties", ())) or schema.get("type", ""))
