"""One parser for each thread, and a thread for one large document."""

from __future__ import annotations

import threading

import pytest
from lxml import etree

from cimbus.interface.codecs.xml import parsers

LARGE = b"<a>" + b"<b>text</b>" * 10_000 + b"</a>"


@pytest.fixture
def made(monkeypatch) -> list[bool]:
    """The parsers that were made since."""
    known, parser = [], parsers._parser

    def counted(*, huge: bool):
        known.append(huge)
        return parser(huge=huge)

    monkeypatch.setattr(parsers, "_parser", counted)
    return known


def test_small_documents_of_a_thread_share_a_parser(made):
    for _ in range(100):
        assert parsers.tree_of(b"<a><b/></a>", huge=False)[0].tag == "b"

    assert len(made) == 0


def test_each_thread_has_a_parser_of_its_own(made):
    threads = [threading.Thread(target=parsers.tree_of, args=(b"<a/>",), kwargs={"huge": False}) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()

    assert made == [False] * 3


def test_a_document_that_is_refused_leaves_nothing_behind():
    with pytest.raises(etree.XMLSyntaxError):
        parsers.tree_of(b"<a><b></a>", huge=False)

    assert parsers.tree_of(b"<a/>", huge=False).tag == "a"


def test_a_large_document_is_parsed_in_a_thread_that_ends(made):
    before = threading.active_count()

    assert len(parsers.tree_of(LARGE, huge=False)) == 10_000
    assert made == [False]
    assert threading.active_count() == before


def test_an_error_in_that_thread_is_raised():
    with pytest.raises(etree.XMLSyntaxError):
        parsers.tree_of(LARGE[:-1], huge=False)
