"""How the tests run commands: in this process where that is enough, as processes where several meet."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

EVENT = """<?xml version="1.0" encoding="UTF-8"?>
<!-- kept as it is -->
<EventMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>created</Verb><Noun>EndDeviceEvents</Noun><Timestamp>2024-05-01T10:00:00Z</Timestamp>
    <Source>HES</Source><MessageID>{id}</MessageID></Header>
  <Payload><m:EndDeviceEvents xmlns:m="http://iec.ch/TC57/2011/EndDeviceEvents#"><m:EndDeviceEvent>
    <m:mRID>E-1</m:mRID><m:createdDateTime>2024-05-01T09:59:58Z</m:createdDateTime>
    <m:EndDeviceEventType ref="3.26.0.47"/><m:UsagePoint><m:mRID>UP-1</m:mRID></m:UsagePoint>
  </m:EndDeviceEvent></m:EndDeviceEvents></Payload>
</EventMessage>
"""
UNKNOWN = """<EventMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>changed</Verb><Noun>Kettles</Noun><MessageID>k-1</MessageID></Header>
  <Payload><Kettles xmlns="urn:kettles"><Kettle><mRID>K-9</mRID><boils>true</boils></Kettle></Kettles></Payload>
</EventMessage>
"""
REQUEST = """<RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message">
  <Header><Verb>get</Verb><Noun>MeterReadings</Noun><MessageID>r-1</MessageID><ReplyAddress>topic:elsewhere</ReplyAddress></Header>
  <Request><g:GetMeterReadings xmlns:g="http://iec.ch/TC57/2011/GetMeterReadings#">
    <g:EndDevice><g:mRID>{meter}</g:mRID></g:EndDevice></g:GetMeterReadings></Request>
</RequestMessage>
"""
LENIENT = EVENT.replace("<Verb>created</Verb>", "<Verb>Created</Verb>").replace("09:59:58Z", "09:59:58")
LIMIT = 60
"""Seconds after which a command that has not ended fails its test."""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """No settings of the machine's own."""
    monkeypatch.delenv("CIMBUS_BUS", raising=False)
    monkeypatch.delenv("CIMBUS_DEAD_LETTERS", raising=False)


@pytest.fixture
def bus(tmp_path):
    """The URL of a bus in a file of its own."""
    return f"sqlite://{tmp_path / 'bus.db'}"


@pytest.fixture
def files(tmp_path):
    """Make a file; return its path as text."""

    def make(name, text):
        path = Path(tmp_path, name)
        path.write_text(text, encoding="utf-8")
        return str(path)

    return make


@pytest.fixture
def cimbus(capfdbinary):
    """Run a command in this process; return (exit code, stdout, stderr)."""
    from cimbus.cli import main

    def call(*arguments):
        capfdbinary.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


class Running:
    """A command as a process."""

    def __init__(self, process):
        self.process = process

    def until(self, word):
        """Read its stderr up to a line with a word in it; return that line."""
        for text in self.process.stderr:
            if word in text:
                return text
        raise AssertionError(f"ended with {self.process.wait()} without saying {word!r}")

    def result(self):
        """Wait for its end; return (exit code, stdout, the rest of stderr)."""
        out, err = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, out, err


@contextmanager
def started(*arguments, cwd=None):
    """Run a command beside the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cimbus", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=cwd,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    with process:
        try:
            yield Running(process)
        finally:
            if process.poll() is None:
                process.kill()
