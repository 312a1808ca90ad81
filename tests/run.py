"""Install what the tests need, then run all checks: the command of README.md and of CI.

Every step is run even if an earlier one failed, and the exit status is 1 if any did. The brokers come from the
system's packages (Debian) and from Maven, and the AMQP engine is compiled; without the right to install what that
needs, their tests are skipped, loudly, and in CI they fail.

    python tests/run.py            everything; the tests at brokers once, on the wheel
    python tests/run.py --quick    without the wheel and the benchmarks' trial runs: all tests on the sources
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JARS = Path("/usr/share/java")
BROKERS = {
    "mosquitto": "mosquitto",
    "javac": "default-jdk-headless",
    "mvn": "maven",
    str(JARS / "activemq-broker.jar"): "libactivemq-java",  # the package "activemq" would only add a service
    str(JARS / "jettison.jar"): "libjettison-java",
    str(JARS / "xstream.jar"): "libxstream-java",
    "cc": "build-essential",
    str(Path(sysconfig.get_path("include")) / "Python.h"): "python3-dev",
}
"""Program or file -> Debian package; the last two are for the AMQP engine."""
AT_BROKERS = ("acceptance", "brokers", "interop", "jms", "kafka", "mqtt")
"""The folders of tests that take long: once is enough."""
SBIN = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/local/sbin"
QUIET = ("env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "SYSTEMD_OFFLINE=1")
"""Ask nothing, and start no service: tests have brokers of their own (the last two: for sysvinit, for systemd)."""


def install_brokers() -> bool:
    """Install the broker packages that are missing and fetch the jars; return whether all are there."""
    fetch = sys.executable, "-m", "brokers", "fetch"
    there = install_packages() and run("jars of the brokers", *fetch, cwd=ROOT / "tests")
    return there or "CI" not in os.environ


def install_packages() -> bool:
    """Install what is missing; return whether all is there."""
    missing = [
        package for what, package in BROKERS.items() if not Path(what).is_file() and not shutil.which(what, path=SBIN)
    ]
    if not missing:
        return True
    if not shutil.which("apt-get"):
        print(f"no apt-get here: install {', '.join(missing)} by hand", flush=True)
        return False
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        if subprocess.run([*sudo, *QUIET, *command], stdout=subprocess.DEVNULL, check=False).returncode:
            print(f"could not install {', '.join(missing)}", flush=True)
            return False
    return True


def extra(name: str) -> list[str]:
    """Return the requirements of one of our extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["optional-dependencies"][name])


def install_amqp(python: str | Path) -> bool:
    """Install the engine of AMQP, which comes as source; return whether it is there."""
    return run("AMQP engine", python, "-m", "pip", "install", "-q", *extra("amqp")) or "CI" not in os.environ


def run(name: str, *command: str | Path, cwd: Path = ROOT) -> bool:
    """Run one step; say how long it took and how it ended."""
    print(f"--- {name}", flush=True)
    start = time.monotonic()
    status = subprocess.run([str(word) for word in command], cwd=cwd, check=False).returncode
    print(f"--- {name}: {'ok' if status == 0 else f'FAILED ({status})'}, {time.monotonic() - start:.0f} s", flush=True)
    return status == 0


def wheel() -> bool:
    """Build the wheel, install it into an environment of its own, and run the tests against that."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if not run("build", sys.executable, "-m", "build", "--wheel", "--outdir", work):
            return False
        (built,) = work.glob("*.whl")
        venv.create(work / "venv", with_pip=True)
        python = work / "venv" / "bin" / "python"
        if not run("install the wheel", python, "-m", "pip", "install", "-q", f"{built}[dev]"):
            return False
        if not install_amqp(python):
            return False
        # A copy: next to the sources, tests would import those in place of the wheel.
        for name in ("tests", "examples", "benchmarks", "README.md", "pyproject.toml", ".ci"):
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, work / name)
        return run("tests on the wheel", python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=work)


def tests(python: str, *, quick: bool) -> bool:
    """Run the tests on the sources; those that are for brokers alone come with the wheel, unless that is left out."""
    left = [] if quick else [f"--ignore=tests/{name}" for name in AT_BROKERS]
    return run("tests", python, "-m", "pytest", "-q", *left)


def main() -> int:
    """Run all steps."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="without the wheel and the benchmarks")
    quick = parser.parse_args().quick
    python = sys.executable
    results = [
        install_brokers(),
        install_amqp(python),
        run("ruff check", python, "-m", "ruff", "check", "."),
        run("ruff format", python, "-m", "ruff", "format", "--check", "."),
        run("mypy", python, "-m", "mypy"),
        run("mypy on examples and API", python, "-m", "mypy", "examples", "tests/typed", "tests/nouns/test_typing.py"),
        run("pyright", python, "-m", "pyright", "--pythonpath", python),
        tests(python, quick=quick),
    ]
    if not quick:
        results.append(wheel())
        benchmarks = ("bench_codec", "bench_bus", "bench_mqtt", "bench_kafka", "bench_jms")
        results += [run(name, python, f"benchmarks/{name}.py", "--quick", "--repeat", "1") for name in benchmarks]
    print(f"{results.count(True)} passed, {results.count(False)} failed", flush=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
