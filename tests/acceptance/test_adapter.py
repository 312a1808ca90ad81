"""The program of docs/adapter.md, as a reader would run it: ``cimbus run`` between Mosquitto and Kafka."""

from __future__ import annotations

import re
import uuid

import anyio
import pytest
from anyio.to_thread import run_sync
from pages import ROOT, blocks

from cimbus import Bus, Message, XmlElement

from .processes import LIMIT, command

PAGE = ROOT / "docs" / "adapter.md"
NAMESPACE = "http://example.com/2026/TransformerReports#"
QUERY = f"""<RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>get</Verb><Noun>TransformerReports</Noun></Header>
  <Request><GetTransformerReports xmlns="{NAMESPACE}"><mRID>T-1</mRID></GetTransformerReports></Request>
</RequestMessage>"""


def program() -> str:
    (found,) = (block.text for block in blocks(PAGE) if block.info == "adapter.py")
    return found


def report(celsius: str) -> Message[XmlElement]:
    """Return a report as a program writes it that does not have the adapter's classes."""
    fields = (XmlElement("mRID", NAMESPACE, text="T-1"), XmlElement("celsius", NAMESPACE, text=celsius))
    one = XmlElement("Transformer", NAMESPACE, children=fields)
    return Message.of(XmlElement("TransformerReports", NAMESPACE, children=(one,)), verb="created")


@pytest.mark.anyio
@pytest.mark.broker
async def test_news_goes_from_mosquitto_to_kafka_and_can_be_asked_for(anyio_backend, mosquitto, kafka, tmp_path):
    (tmp_path / "adapter.py").write_text(program(), encoding="utf-8")
    (tmp_path / "query.xml").write_text(QUERY, encoding="utf-8")
    context = f"adapter-{uuid.uuid4().hex[:8]}"
    words = ("--context", context, "--backend", anyio_backend)
    urls = ("--bus", f"field={mosquitto.url()}", "--bus", f"platform={kafka.url()}")
    heard: list[str] = []

    with anyio.fail_after(2 * LIMIT):
        async with (
            Bus(mosquitto.url(), context=context) as field,
            Bus(kafka.url(), context=context) as platform,
            platform.subscribe("TransformerReports") as news,
        ):
            with command("run", "adapter:adapter", *urls, *words, PYTHONPATH=tmp_path) as adapter:
                await run_sync(adapter.until, "running ADAPTER")
                for celsius in ("60.2", "60.9", "61.3"):
                    await field.publish(report(celsius), key="T-1")
                while "61.3" not in heard:
                    async with await news.receive() as message:
                        heard.append(str(message.payload.children[0].value("celsius")))
                asked = ("request", tmp_path / "query.xml", "--bus", kafka.url(), "--import", "adapter")
                with command(*asked, *words, "--timeout", LIMIT, PYTHONPATH=tmp_path) as request:
                    code, reply, said = await run_sync(request.result)
                ended = await run_sync(adapter.stop)

    assert list(dict.fromkeys(heard)) == ["60.2", "61.3"]
    assert code == 0, said
    assert "61.3" in reply
    assert ended[0] == 0, ended
    handled = re.search(r"ADAPTER\.TransformerReports\.created: handled=(\d+)", ended[1])
    assert handled is not None
    assert int(handled[1]) >= 3  # at least once


def test_the_program_is_short() -> None:
    lines = [line for line in program().splitlines() if line.strip()]

    assert len(lines) < 60
