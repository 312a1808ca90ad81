"""What components and nouns look like to other programs, as an AsyncAPI 3.1 document and as a page of HTML.

``operations.py``: what a component receives and sends, from its declarations · ``catalog.py``: the same of all nouns ·
``servers.py``, ``channels.py``, ``messages.py``, ``schemas.py``: the parts of a document · ``document.py``: the whole
· ``page.py``, ``page_parts.py``: HTML. Nothing here connects to a broker. The words are those of the specification:
https://www.asyncapi.com/docs/reference/specification/v3.1.0

>>> from cimbus.nouns import EndDeviceEvents
>>> from cimbus import Component, Message
>>> oms = Component("OMS")
>>> @oms.on(EndDeviceEvents, verb="created")
... async def power_off(message: Message[EndDeviceEvents]) -> None: ...
>>> document = describe(oms)
>>> document["asyncapi"], list(document["operations"])
('3.1.0', ['OMS.EndDeviceEvents.created.receive'])
>>> html_page(document).startswith("<!DOCTYPE html>")
True
"""

from __future__ import annotations

from .document import VERSION, describe, describe_catalog
from .page import html_page

__all__ = ["VERSION", "describe", "describe_catalog", "html_page"]
