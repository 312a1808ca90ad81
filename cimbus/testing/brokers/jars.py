"""Jars of brokers: fetched once with Maven, and Java programs compiled once, in a cache that outlives a checkout.

The cache is ``$XDG_CACHE_HOME/cimbus-tests`` (``~/.cache/cimbus-tests``). Rules: what is in it is whole, because it is
made elsewhere and renamed into place; its name tells what it was made from (the version and a digest), so that nothing
in it is ever stale; nothing is fetched that is there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from .errors import BrokerFailedError
from .processes import find_program
from .programs import require_programs

__all__ = ["cache", "compiled", "debian", "fetched", "jars"]

HERE: Final = Path(__file__).resolve().parent
DEBIAN: Final = Path("/usr/share/java")
TRIES: Final = 3
PAUSE: Final = 2.0
"""Before the next try, in seconds."""


def cache() -> Path:
    """Return the folder of the cache; it is made if it is not there.

    >>> cache().name
    'cimbus-tests'
    """
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(root) / "cimbus-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fetched(name: str) -> bool:
    """Return whether the jars of a broker are in the cache.

    >>> fetched("kafka") in (True, False)
    True
    """
    return _folder(name).is_dir()


def jars(what: str | Path) -> str:
    """Return the class path of a broker (``mvn/NAME/pom.xml``) or of a ``pom.xml``, fetched if it is not in the cache.

    >>> jars("kafka") if fetched("kafka") else ""  # doctest: +ELLIPSIS
    '...'

    Raises:
        BrokerFailedError: they cannot be fetched; what Maven said is in the text.
        MissingBrokerError: Maven is not installed.
    """
    folder = _folder(what)
    if not folder.is_dir():
        _make(folder, lambda work: _download(_pom(what), work))
    return f"{folder}/*"


def debian(names: Sequence[str]) -> str:
    """Return a class path of jars that Debian installs; empty if not all of them are there.

    >>> debian(["no-such-jar"])
    ''
    """
    paths = [DEBIAN / f"{name}.jar" for name in names]
    return os.pathsep.join(map(str, paths)) if all(path.exists() for path in paths) else ""


def compiled(program: str | Path, class_path: str) -> str:
    """Return the class path of a program, compiled if it is not in the cache: a file, or ``java/PROGRAM.java`` here.

    >>> compiled(Path("missing/Program.java"), "")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: 'missing/Program.java'

    Raises:
        BrokerFailedError: it does not compile; what the compiler said is in the text.
        MissingBrokerError: there is no compiler.
    """
    source = program if isinstance(program, Path) else HERE / "java" / f"{program}.java"
    digest = hashlib.sha256(source.read_bytes() + class_path.encode()).hexdigest()[:12]
    folder = cache() / f"{source.stem}-{digest}"
    if not folder.is_dir():
        _make(folder, lambda work: _run("javac", "-nowarn", "-cp", class_path, "-d", str(work), str(source)))
    return os.pathsep.join([str(folder), class_path])


def _folder(what: str | Path) -> Path:
    pom = _pom(what)
    version = ET.parse(pom).findtext(".//{*}properties/*")  # noqa: S314  # of what the file is for; our own files
    return cache() / f"{pom.parent.name}-{version}-{hashlib.sha256(pom.read_bytes()).hexdigest()[:8]}"


def _pom(what: str | Path) -> Path:
    return what if isinstance(what, Path) else HERE / "mvn" / what / "pom.xml"


def _download(pom: Path, work: Path) -> None:
    for attempt in range(TRIES):
        try:
            return _run("mvn", "-q", "-B", "-f", str(pom), f"-Djars={work}", "dependency:copy-dependencies")
        except BrokerFailedError:
            if attempt == TRIES - 1:
                raise
            time.sleep(PAUSE)
    return None


def _make(folder: Path, fill: Callable[[Path], None]) -> None:
    """Make a folder of the cache; of several processes that do, the first one's stays."""
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(work)
        work.chmod(0o755)
        try:
            work.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    require_programs("a broker in Java", [program])
    command = [find_program(program) or program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # Maven or a compiler
    if done.returncode:
        raise BrokerFailedError(f"{program} {' '.join(arguments)} failed:\n{(done.stdout + done.stderr)[-4000:]}")
