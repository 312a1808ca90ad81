"""Install what the tests need, then run all checks: the command of README.md and of CI.

Every step is run even if an earlier one failed, and the exit status is 1 if any did. The brokers come from the
system's packages (Debian) and from Maven, and the AMQP engine and the native codec are compiled; without the right to
install what that needs, their tests are skipped, loudly, and in CI they fail.

    python tests/run.py            everything; all tests once, on the wheel
    python tests/run.py --quick    without the wheel and the benchmarks' trial runs: all tests on the sources
"""

from __future__ import annotations

import argparse
import os
import re
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
OF_SOURCES = ("tests/test_words.py", "tests/test_floors.py", "tests/test_docstrings.py", "tests/test_exports.py")
"""Tests that read our files: beside the wheel there are none of the sources. The others run once, on the wheel."""
BENCHMARKS: dict[str, tuple[str, ...]] = {
    "bench_codec": (),
    "bench_bus": (),
    "bench_outbox": (),
    "bench_readings": (),
    "bench_mqtt": (),
    "bench_kafka": (),
    "bench_jms": ("--count", "200"),  # it has forty rows: with the default, its trial would take a minute
}
"""Benchmark -> further options of its trial run, which shows only that it works."""
RUST = ("rustc-web", "cargo-web")
"""Debian's packages of a Rust that is new enough for PyO3, beside its old one."""
OLDEST_RUST = (1, 85)
"""That of PyO3 0.30; ``native/Cargo.toml`` has the same."""
SIDE_BY_SIDE = ("-n", "3", "--dist", "loadfile")
"""Three processes on two cores, since many tests wait for a broker; each has brokers of its own, and whole files."""
DOCUMENTS = ("README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "docs", ".github")
SBIN = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/local/sbin"
QUIET = ("env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "SYSTEMD_OFFLINE=1")
"""Ask nothing, and start no service: tests have brokers of their own (the last two: for sysvinit, for systemd)."""


def install_brokers() -> bool:
    """Install the broker packages that are missing and fetch the jars; return whether all are there."""
    fetch = sys.executable, "-m", "cimbus.testing.brokers", "fetch"
    there = install_packages() and run("jars of the brokers", *fetch)
    return there or "CI" not in os.environ


def install_packages() -> bool:
    """Install what is missing; return whether all is there."""
    missing = [
        package for what, package in BROKERS.items() if not Path(what).is_file() and not shutil.which(what, path=SBIN)
    ]
    missing += () if has_rust() else RUST
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


def has_rust() -> bool:
    """Return whether a Rust that is new enough is there."""
    if not shutil.which("cargo"):
        return False
    said = subprocess.run(["cargo", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"cargo (\d+)\.(\d+)", said)
    return found is not None and tuple(map(int, found.groups())) >= OLDEST_RUST


def extra(name: str) -> list[str]:
    """Return the requirements of one of our extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["optional-dependencies"][name])


def install_amqp(python: str | Path) -> bool:
    """Install the engine of AMQP, which comes as source; return whether it is there."""
    return run("AMQP engine", python, "-m", "pip", "install", "-q", *extra("amqp")) or "CI" not in os.environ


def install_native(python: str | Path, wheels: Path) -> bool:
    """Install the native codec from its wheel, which is built if it is not there; return whether it is."""
    if not list(wheels.glob("*.whl")) and not build_native(wheels):
        return "CI" not in os.environ
    return run(
        "install the native codec", python, "-m", "pip", "install", "-q", "--force-reinstall", *wheels.glob("*.whl")
    )


def build_native(wheels: Path, profile: str = "release") -> bool:
    """Build the wheel of the native codec for this Python."""
    build = sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", wheels, ROOT / "native"
    return run(f"native codec, {profile} build", *build, MATURIN_PEP517_ARGS=f"--profile {profile}")


def native_tests(python: str) -> bool:
    """Test codecs without the native one, and that in a debug build, in which an overflow is an error."""
    codecs = python, "-m", "pytest", "-q", *SIDE_BY_SIDE, "tests/interface/codecs", "tests/nouns"
    native = python, "-m", "pytest", "-q", *SIDE_BY_SIDE, "tests/interface/codecs/native", "tests/testing"
    done = run("codec tests without the native codec", *codecs, CIMBUS_NATIVE="0")
    with tempfile.TemporaryDirectory() as folder:
        wheels, target = Path(folder, "wheels"), Path(folder, "target")
        if not build_native(wheels, "dev"):
            return done and "CI" not in os.environ
        install = python, "-m", "pip", "install", "-q", "--no-deps", "--target", target, *wheels.glob("*.whl")
        return run("install the debug build", *install) and run("debug build", *native, PYTHONPATH=str(target)) and done


def run(name: str, *command: str | Path, cwd: Path = ROOT, **environment: str) -> bool:
    """Run one step; say how long it took and how it ended."""
    print(f"--- {name}", flush=True)
    start = time.monotonic()
    words = [str(word) for word in command]
    status = subprocess.run(words, cwd=cwd, env={**os.environ, **environment}, check=False).returncode
    print(f"--- {name}: {'ok' if status == 0 else f'FAILED ({status})'}, {time.monotonic() - start:.0f} s", flush=True)
    return status == 0


def wheel(native: Path) -> bool:
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
        if not install_amqp(python) or not install_native(python, native):
            return False
        # A copy: next to the sources, tests would import those in place of the wheel.
        for name in (*DOCUMENTS, "tests", "examples", "benchmarks", "pyproject.toml", ".ci"):
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, work / name)
        pytest = python, "-m", "pytest", "-q", *SIDE_BY_SIDE, "-p", "no:cacheprovider"
        return run("tests on the wheel", *pytest, cwd=work)


def tests(python: str, *, quick: bool) -> bool:
    """Run the tests on the sources: only those that read them, unless the wheel is left out."""
    return run("tests on the sources", python, "-m", "pytest", "-q", *(SIDE_BY_SIDE if quick else OF_SOURCES))


def trial(python: str, name: str) -> tuple[str, ...]:
    """Return the name and the command of a benchmark's trial run."""
    return name, python, f"benchmarks/{name}.py", "--quick", "--repeat", "1", *BENCHMARKS[name]


def main() -> int:
    """Run all steps."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="without the wheel and the benchmarks")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        results = checks(sys.executable, Path(folder), quick=quick)
    print(f"{results.count(True)} passed, {results.count(False)} failed", flush=True)
    return 0 if all(results) else 1


def checks(python: str, native: Path, *, quick: bool) -> list[bool]:
    """Run all steps; ``native`` is a folder for the wheel of the native codec."""
    results = [
        install_brokers(),
        install_amqp(python),
        install_native(python, native),
        run("ruff check", python, "-m", "ruff", "check", "."),
        run("ruff format", python, "-m", "ruff", "format", "--check", "."),
        run("mypy", python, "-m", "mypy"),
        run("mypy on examples and API", python, "-m", "mypy", "examples", "tests/typed", "tests/nouns/test_typing.py"),
        run("pyright", python, "-m", "pyright", "--pythonpath", python),
        run("examples in docstrings", python, "-m", "pytest", "-q", "--doctest-modules", "cimbus", "transports"),
        tests(python, quick=quick),
        native_tests(python),
    ]
    if not quick:
        results.append(wheel(native))
        results += [run(*trial(python, name)) for name in BENCHMARKS]
    return results


if __name__ == "__main__":
    sys.exit(main())
