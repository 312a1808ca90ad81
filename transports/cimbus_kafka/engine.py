"""What a transport has on asyncio: what is known of the cluster, and the sending half."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from .catalog import Catalog
from .clients import HURRY
from .clients import PATIENCE as LINGER
from .crossing import Crossing
from .outgoing import Sender
from .place import Place

PATIENCE: Final = 5.0
"""How long leaving may wait for what was begun, in seconds."""

log = logging.getLogger("cimbus.kafka")


class Engine:
    """What runs on asyncio."""

    def __init__(self, place: Place, crossing: Crossing) -> None:
        self.crossing = crossing
        self.catalog = Catalog(place)
        self.sender = Sender(place, self.catalog, crossing)

    async def open(self) -> None:
        """Connect."""
        try:
            await self.catalog.open()
        except BaseException:
            await self.catalog.close()
            raise

    async def close(self) -> None:
        """Disconnect, when what was begun has ended or a while has passed."""
        landed = False
        try:
            await asyncio.wait_for(self.sender.landed(), PATIENCE)
            landed = True
        except TimeoutError:
            log.warning("the transport is closed while frames are under way")
        finally:
            await self.sender.close(LINGER if landed else HURRY)
            await self.catalog.close()


async def open_engine(place: Place, crossing: Crossing) -> Engine:
    """Make an engine and connect it.

    Raises:
        ConnectError: the brokers cannot be reached, or refuse us.
    """
    engine = Engine(place, crossing)
    await engine.open()
    return engine
