"""Build the native codec with the address sanitizer and compare it with the walker: ``python native/sanitize.py``.

Needs a nightly Rust beside the usual one (``rustup toolchain install nightly``), since the stable one has no
sanitizers, and the sanitizer's library of the C compiler (``libasan``, which comes with GCC). What is built goes to a
folder of its own and replaces nothing. Options are those of ``python -m cimbus.testing.codec_fuzz``; the exit status,
too. Memory that is not given back is not looked for: Python itself gives back little when it ends.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = "x86_64-unknown-linux-gnu"


def build(folder: Path) -> Path:
    """Build the library in a folder and return it.

    Raises:
        SystemExit: there is no nightly Rust, or the build fails.
    """
    command = ["cargo", "+nightly", "build", "--manifest-path", str(HERE / "Cargo.toml"), "--target", TARGET]
    command += ["--target-dir", str(folder)]
    environment = {"PYO3_PYTHON": sys.executable, "RUSTFLAGS": "-Zsanitizer=address"}
    try:
        status = subprocess.run(command, env={**os.environ, **environment}, check=False).returncode
    except FileNotFoundError:
        raise SystemExit("no cargo here: install Rust") from None
    if status:
        raise SystemExit("the build failed; without a nightly Rust: rustup toolchain install nightly")
    library = folder / TARGET / "debug" / "libcimbus_native.so"
    if b"__asan_init" not in library.read_bytes():
        raise SystemExit(f"{library} was built without the sanitizer")
    return library


def package(library: Path, folder: Path) -> None:
    """Make a package of the library in a folder, with the version that cimbus asks for."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    (folder / "cimbus_native").mkdir(parents=True)
    shutil.copy(library, folder / "cimbus_native" / f"cimbus_native{suffix}")
    (folder / "cimbus_native" / "__init__.py").write_text("from .cimbus_native import *\n")


def runtime() -> str:
    """Return the sanitizer's library.

    Raises:
        SystemExit: it is not there.
    """
    found = subprocess.run(["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=False)
    path = found.stdout.strip()
    if not Path(path).is_absolute():
        raise SystemExit("no libasan: install GCC")
    return path


def main() -> int:
    """Build and compare; return the exit status."""
    with tempfile.TemporaryDirectory() as work:
        package(build(Path(work, "target")), Path(work, "package"))
        # PYTHONMALLOC: Python's own allocator takes memory in large pieces, in which the sanitizer sees no borders
        environment = {
            "PYTHONPATH": str(Path(work, "package")),
            "PYTHONMALLOC": "malloc",
            "ASAN_OPTIONS": "detect_leaks=0",
            "LD_PRELOAD": runtime(),
        }
        command = [sys.executable, "-m", "cimbus.testing.codec_fuzz", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
