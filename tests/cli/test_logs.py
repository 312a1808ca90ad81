"""``cimbus run --log-format`` and ``--log-level``."""

from __future__ import annotations

import json
import signal

from .conftest import EVENT, started

APPLICATION = """
import logging
from cimbus import Component, Message
from cimbus.nouns import EndDeviceEvents

app = Component("APP")

@app.on(EndDeviceEvents, name="event")
async def event(message: Message[EndDeviceEvents]) -> None:
    logging.getLogger("my.program").info("seen")
"""


def run(cimbus, files, tmp_path, bus, words, *options):
    """Run the application with these options until it has handled a message; return the lines with these words."""
    (tmp_path / "application.py").write_text(APPLICATION)
    with started("run", "application:app", "--bus", bus, *options, cwd=tmp_path) as running:
        first = running.until("running APP")
        assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
        lines = [first, *(running.until(word) for word in words)]
        running.process.send_signal(signal.SIGTERM)
        code, _, _ = running.result()
    assert code == 0
    return lines


def test_every_line_of_a_json_log_is_an_object(cimbus, files, tmp_path, bus):
    lines = [json.loads(line) for line in run(cimbus, files, tmp_path, bus, ["seen"], "--log-format", "json")]

    assert lines[0]["message"].startswith("running APP on sqlite:")
    assert (lines[1]["message_id"], lines[1]["consumer"]) == ("m-1", "APP.event")


def test_a_level_alone_means_text(cimbus, files, tmp_path, bus):
    _, seen, names = run(cimbus, files, tmp_path, bus, ["seen", "message_id="], "--log-level", "info")

    assert "info my.program: seen" in seen
    assert names.startswith("    consumer=APP.event message_id=m-1 ")
