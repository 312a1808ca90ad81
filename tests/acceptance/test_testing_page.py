"""The test of docs/testing.md that needs a broker, with one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from pages import ROOT, blocks

pytestmark = pytest.mark.broker


def test_the_link_of_the_page_can_be_cut(mosquitto, tmp_path):
    for block in blocks(ROOT / "docs" / "testing.md"):
        if block.info.endswith(".py"):
            (tmp_path / block.info).write_text(block.text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_link.py"]
    environment = os.environ | {"MQTT_PORT": str(mosquitto.port)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=150, check=False
    )

    assert "1 passed" in done.stdout, done.stdout + done.stderr
