"""A network model: its header, and its objects one by one."""

from __future__ import annotations

import base64
import binascii
import io
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, cast

import anyio.from_thread

from cimbus.errors import DecodeError, UsageError
from cimbus.interface.codecs.chunks import opened_chunks, xml_chunks
from cimbus.interface.codecs.compression import pack
from cimbus.interface.codecs.limits import DEFAULT_LIMITS, Limits
from cimbus.interface.codecs.threaded_iterator import ThreadedIterator
from cimbus.interface.codecs.xml.elements import write_element
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import Payload
from cimbus.interface.message import Message

from .header import ModelHeader
from .objects import RdfObject
from .parser import ModelParser

Source = str | os.PathLike[str] | bytes | BinaryIO | Message[Any] | AsyncIterable[bytes]
"""Where a model comes from: a path, octets, a binary file, a message that carries it, or pieces that are awaited."""

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
        self._parser = ModelParser(limits)
        self._pieces: _AwaitedPieces | None = None
        if isinstance(source, AsyncIterable):
            self._pieces = _AwaitedPieces(aiter(source))
            self._made = ThreadedIterator(_objects_of(self._pieces, self._parser))
            self._pieces.call_outside = self._made.call_outside
        else:
            given = _of_message(source) if isinstance(source, Message) else source
            self._made = ThreadedIterator(_objects_of(given, self._parser))

    @property
    def header(self) -> ModelHeader:
        """What the model says of itself: of ``kind`` unknown, if nothing before the first object says it.

        Raises:
            UsageError: the pieces of the model have to be awaited first (``read_header``).
            DecodeError: see ``read_model``.
        """
        if not self._made.begun:
            self._check_sync()
            self._made.fill()
        return self._parser.header

    async def read_header(self) -> ModelHeader:
        """Return the same for a model whose pieces are awaited.

        Raises:
            DecodeError: it is not well-formed, or no RDF.
            UnsafeError: beyond the limits.
        """
        await self._made.fill_async()
        return self._parser.header

    def _check_sync(self) -> None:
        if self._pieces is not None:
            raise UsageError("the pieces of this model are awaited: use async for, and read_header()")

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RdfObject:
        self._check_sync()
        return next(self._made)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> RdfObject:
        return await anext(self._made)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop, and close what was opened; idempotent."""
        self._made.close()


class _AwaitedPieces:
    """Reads from pieces that are awaited, in the event loop that waits for the objects."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""
        self.call_outside: Callable[[Callable[[], bytes | None]], bytes | None] = lambda function: function()
        """Calls a function in the thread that waits for the objects."""

    def read(self, size: int) -> bytes:
        """Return up to so many octets; none at the end."""
        while not self._left:
            piece = self.call_outside(lambda: anyio.from_thread.run(self._next))
            if piece is None:
                return b""
            self._left = piece
        made, self._left = self._left[:size], self._left[size:]
        return made

    async def _next(self) -> bytes | None:
        return await anext(self._pieces, None)


def _objects_of(
    source: str | os.PathLike[str] | bytes | BinaryIO | _AwaitedPieces, parser: ModelParser
) -> Generator[RdfObject]:
    with ExitStack() as stack:
        if isinstance(source, str | os.PathLike):
            file: BinaryIO = stack.enter_context(Path(source).open("rb"))
        else:
            file = io.BytesIO(source) if isinstance(source, bytes) else cast("BinaryIO", source)
        first, rest = opened_chunks(file)
        yield from parser.read(xml_chunks(first, rest))


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
