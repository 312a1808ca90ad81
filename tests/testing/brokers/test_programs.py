"""A broker that is not installed: what the error says."""

from __future__ import annotations

import pytest

from cimbus.testing.brokers import MissingBrokerError, jars, make_broker, processes

TEXTS = {
    "mosquitto": r"mosquitto, which mosquitto needs.* apt-get install mosquitto\. Elsewhere: .*https://mosquitto.org",
    "kafka": r"java, javac, mvn, which kafka needs.* apt-get install default-jdk-headless maven\. Elsewhere: a JDK",
    "artemis": r"java, javac, mvn, which artemis needs",
    "activemq": r"java, javac, mvn, which activemq needs",
}


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine with nothing on it."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(processes, "SYSTEM", "")
    monkeypatch.setattr(jars, "DEBIAN", tmp_path)


@pytest.mark.parametrize("name", TEXTS)
def test_a_broker_that_is_not_installed_says_what_to_install(bare, name):
    with pytest.raises(MissingBrokerError, match=TEXTS[name]), make_broker(name):
        pass


def test_passwords_need_a_program_of_mosquitto_s(bare, tmp_path):
    program = tmp_path / "mosquitto"
    program.symlink_to("/bin/true")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))

        with (
            pytest.raises(MissingBrokerError, match="mosquitto_passwd, which mosquitto with passwords"),
            make_broker("mosquitto", users={"ana": "secret"}),
        ):
            pass
