"""``python -m cimbus``: the same as the command ``cimbus``."""

from __future__ import annotations

import sys

from cimbus.cli import main

if __name__ == "__main__":
    sys.exit(main())
