"""The HTML page of an AsyncAPI document."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html

from cimbus import Component, Message
from cimbus.asyncapi import describe, describe_catalog, html_page


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return describe_catalog(buses="kafka://h")


def test_a_page_has_all_that_is_in_the_document(document: dict[str, Any]) -> None:
    page = html.fromstring(html_page(document))
    sections = set(page.xpath("//section/@id"))
    text = page.text_content()

    kinds = {"channel": document["channels"], "operation": document["operations"]}
    kinds |= {"message": document["components"]["messages"], "schema": document["components"]["schemas"]}
    assert sections == {f"{kind}-{name}" for kind, named in kinds.items() for name in named}
    assert [
        each["address"] for each in document["channels"].values() if each["address"] and each["address"] not in text
    ] == []


def test_every_link_leads_to_a_section_of_the_page(document: dict[str, Any]) -> None:
    page = html.fromstring(html_page(document))
    sections = {f"#{name}" for name in page.xpath("//section/@id")}

    assert set(page.xpath("//a/@href")) - sections == set()


def test_a_page_loads_nothing(document: dict[str, Any]) -> None:
    text = html_page(document)

    assert html.fromstring(text).xpath("//script | //link | //img | //@src | //iframe") == []
    assert re.search(r"@import|url\(", text) is None
    assert "default-src 'none'" in text


def test_a_document_makes_the_same_page_each_time(document: dict[str, Any]) -> None:
    assert html_page(document) == html_page(describe_catalog(buses="kafka://h"))


def test_what_a_document_says_is_text() -> None:
    hostile = Component("<script>alert(1)</script>")

    @hostile.on('"><b onclick="x">', name="a&b")
    async def note(message: Message) -> None:
        """</section><img src=x>."""

    page = html.fromstring(html_page(describe(hostile, title="<h1>", version="'\"><i>")))

    assert page.xpath("//script | //img | //b | //i | //@onclick") == []
    assert len(page.xpath("//section[starts-with(@id, 'operation')]")) == 1
    assert page.findtext(".//title") == "<h1>"
