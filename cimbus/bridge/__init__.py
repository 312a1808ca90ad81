"""From one bus to another: what is published on the one is published on the other.

``hops.py`` says where a frame has been, so that none goes round for ever; ``mapping.py`` says what it is called on the
other side; ``returns.py`` remembers where the replies to a request belong; ``passage.py`` makes of a frame what it is
over there; ``bridge.py`` carries, and ``tally.py`` counts.
"""

from __future__ import annotations

from .bridge import Bridge
from .mapping import Mapping
from .tally import Tally

__all__ = ["Bridge", "Mapping", "Tally"]
