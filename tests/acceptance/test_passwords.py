"""A password from a file or from the environment, and texts that do not hold it."""

from __future__ import annotations

import pytest

from cimbus import Bus, CimbusError

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_a_password_from_a_file(mosquitto_password, tmp_path, caplog, monkeypatch):
    """And a wrong one stands in no text."""
    broker, file = mosquitto_password, tmp_path / "password"
    file.write_text("s3cret\n")
    file.chmod(0o600)
    with pytest.raises(CimbusError) as caught:
        async with Bus(f"mqtt://ana@127.0.0.1:{broker.port}/?password_file={file}"):
            pass

    assert "s3cret" not in str(caught.value) + caplog.text
    monkeypatch.setenv("CIMBUS_PASSWORD", "s3cret-too")
    with pytest.raises(CimbusError) as caught:
        async with Bus(f"mqtt://ana@127.0.0.1:{broker.port}"):
            pass
    assert "s3cret" not in str(caught.value) + caplog.text
