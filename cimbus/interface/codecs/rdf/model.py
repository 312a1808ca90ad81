"""A network model: its header, and its objects one by one."""

from __future__ import annotations

import base64
import binascii
import io
import os
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Generator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, cast

import anyio.from_thread
import anyio.to_thread

from cimbus.errors import DecodeError, UsageError
from cimbus.interface.codecs.chunks import opened_chunks, xml_chunks
from cimbus.interface.codecs.compression import pack
from cimbus.interface.codecs.limits import DEFAULT_LIMITS, Limits
from cimbus.interface.codecs.xml.elements import write_element
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import Payload
from cimbus.interface.message import Message

from .header import ModelHeader
from .objects import RdfObject
from .parser import ModelParser

Source = str | os.PathLike[str] | bytes | BinaryIO | Message[Any] | AsyncIterable[bytes]
"""Where a model comes from: a path, octets, a binary file, a message that carries it, or pieces that are awaited."""

_BATCH: Final = 256
"""Objects that a thread makes at once for ``async for``: handing one over costs as much as making some."""
FORMAT: Final = "RDF"
"""``Payload.format`` of a model."""


def read_model(source: Source, *, limits: Limits = DEFAULT_LIMITS) -> NetworkModel:
    """Read a network model as a stream: CIM RDF/XML, also within gzip, of any size, in bounded memory.

    Args:
        source: a path, octets, a binary file, a message that carries a model, or pieces of octets to be awaited.
        limits: bounds on each object, and on the depth of the document.

    Raises:
        UsageError: the message carries no model.

    >>> document = '''<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cim="urn:cim#"
    ...     xmlns:md="http://iec.ch/TC57/61970-552/ModelDescription/1#">
    ...   <md:FullModel rdf:about="urn:uuid:1"><md:Model.profile>urn:p</md:Model.profile></md:FullModel>
    ...   <cim:Line rdf:ID="_7"><cim:IdentifiedObject.name>North</cim:IdentifiedObject.name></cim:Line>
    ... </rdf:RDF>'''
    >>> with read_model(document.encode()) as model:
    ...     print(model.header.profiles, [(each.cls, each.mRID) for each in model])
    ('urn:p',) [('Line', '7')]
    """
    return NetworkModel(source, limits=limits)


def model_payload(data: bytes) -> Payload:
    """Return a payload area that carries a model: ``Message(header, payload=model_payload(data))``.

    Args:
        data: the document, which is not looked at.

    >>> model_payload(b"<rdf:RDF/>").format
    'RDF'
    """
    return Payload(unopened=pack(data), format=FORMAT)


class NetworkModel:
    """One document, for ``for`` or ``async for``, once; what it opened is closed at the end, or by ``with``.

    >>> NetworkModel(b"<a/>").header
    Traceback (most recent call last):
    cimbus.errors.DecodeError: the root is 'a', not rdf:RDF: no network model (line 1)
    """

    def __init__(self, source: Source, *, limits: Limits = DEFAULT_LIMITS) -> None:
        self._source = _of_message(source) if isinstance(source, Message) else source
        self._awaited = isinstance(source, AsyncIterable)
        self._parser = ModelParser(limits)
        self._made = self._run()
        self._ready: deque[RdfObject] = deque()
        self._ended = False
        self._failed: Exception | None = None
        """What ends the model, behind the objects that are ready."""

    @property
    def header(self) -> ModelHeader:
        """What the model says of itself: of ``kind`` unknown, if nothing before the first object says it.

        Raises:
            UsageError: the pieces of the model have to be awaited first (``read_header``).
            DecodeError: see ``read_model``.
        """
        if not self._ready and not self._ended:
            self._check_sync()
            self._begin()
        return self._parser.header

    async def read_header(self) -> ModelHeader:
        """Return the same for a model whose pieces are awaited.

        Raises:
            DecodeError: it is not well-formed, or no RDF.
            UnsafeError: beyond the limits.
        """
        await anyio.to_thread.run_sync(self._begin)
        return self._parser.header

    def _check_sync(self) -> None:
        if self._awaited:
            raise UsageError("the pieces of this model are awaited: use async for, and read_header()")

    def _begin(self) -> None:
        if not self._ready and not self._ended:
            self._take(1)

    def _take(self, count: int) -> None:
        if self._failed is not None:
            raise self._failed
        try:
            self._ready.extend(islice(self._made, count))
        except Exception as error:
            if not self._ready:
                raise
            self._failed = error
        self._ended = not self._ready

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RdfObject:
        self._check_sync()
        if not self._ready:
            self._take(1)
        if not self._ready:
            raise StopIteration
        return self._ready.popleft()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> RdfObject:
        if not self._ready:
            await anyio.to_thread.run_sync(self._take, _BATCH)
        if not self._ready:
            raise StopAsyncIteration
        return self._ready.popleft()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop, and close what was opened; idempotent."""
        self._made.close()
        self._ended = True

    def _run(self) -> Generator[RdfObject]:
        with ExitStack() as stack:
            given = self._source
            if isinstance(given, str | os.PathLike):
                file: BinaryIO = stack.enter_context(Path(given).open("rb"))
            elif isinstance(given, bytes):
                file = io.BytesIO(given)
            elif isinstance(given, AsyncIterable):
                file = cast("BinaryIO", _AwaitedFile(aiter(given)))
            else:
                file = given
            first, rest = opened_chunks(file)
            yield from self._parser.read(xml_chunks(first, rest))


class _AwaitedFile:
    """Reads from pieces that are awaited, in a worker thread of the event loop that has them."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def read(self, size: int) -> bytes:
        """Return up to so many octets; none at the end."""
        while not self._left:
            piece = anyio.from_thread.run(self._next)
            if piece is None:
                return b""
            self._left = piece
        made, self._left = self._left[:size], self._left[size:]
        return made

    async def _next(self) -> bytes | None:
        return await anext(self._pieces, None)


def _of_message(message: Message[Any]) -> bytes:
    """Return the octets of the model that a message carries."""
    area = message.payload_area
    if area.unopened is not None:
        try:
            return base64.b64decode("".join(area.unopened.split()), validate=True)
        except (binascii.Error, ValueError):
            raise DecodeError("Compressed is not base64") from None
    item = area.items[0] if len(area.items) == 1 else None
    if isinstance(item, XmlElement) and item.name == "RDF":
        return write_element(item).encode()
    raise UsageError(f"{message!r} carries no network model: its payload is no rdf:RDF, compressed or not")
