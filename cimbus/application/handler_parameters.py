"""What a handler takes: its parameters are told apart by their annotations, in whatever order they stand."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message
from cimbus.interface.model import Cim

from .context import HandlerContext
from .unit_of_work import UnitOfWork

Parameter = Literal["message", "payload", "work", "context", "state"]
"""What one parameter gets: the message (or the list of a batch), its payload alone, the unit of work, the context, or
what the component's ``lifespan`` yields."""

_BY_NAME: Final[Mapping[str, Parameter]] = {"Message": "message", "UnitOfWork": "work", "Context": "context"}
"""By the name of an annotation that is text and cannot be resolved: its class may be known to type checkers only."""
_BY_CLASS: Final[tuple[tuple[type[Any], Parameter], ...]] = (
    (UnitOfWork, "work"),
    (HandlerContext, "context"),
    (Cim, "payload"),
    (XmlElement, "payload"),
)
_LISTS: Final = ("list", "List", "Sequence", "Iterable", "Collection")
"""What a batch may be annotated with."""


def parameters_of(function: Callable[..., Any], noun: type[Any] | str | None = None) -> tuple[Parameter, ...]:
    """Return what each parameter of a handler is; one without an annotation is the message.

    >>> from cimbus.nouns import EndDeviceEvents
    >>> async def power_off(event: EndDeviceEvents, work: UnitOfWork) -> None: ...
    >>> parameters_of(power_off)
    ('payload', 'work')

    Args:
        function: the handler; what has a default is not passed.
        noun: what it is declared for: that class is a payload also where its name cannot be resolved.

    Raises:
        TypeError: two parameters are the same, or one cannot be told.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a function of C that does not tell
        return ("message",)
    given = [each for each in signature.parameters.values() if each.default is inspect.Parameter.empty]
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    required = [each for each in given if each.kind in places]
    name = name_of(function)
    if wrong := [each.name for each in given if each.kind is inspect.Parameter.KEYWORD_ONLY]:
        raise TypeError(f"{name} takes {', '.join(wrong)} by name only; the parameters of a handler are positional")
    if not required and any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in given):
        return ("message",)
    namespace = _namespace(function)
    found: list[Parameter] = []
    unknown: list[str] = []
    for each in required:
        unsaid = each.annotation is inspect.Parameter.empty
        kind = "message" if unsaid else _kind_of(each.annotation, namespace, noun)
        if kind in found or {kind, *found} >= {"message", "payload"}:
            unknown.append(each.name)
        else:
            found.append(kind)
    if unknown:
        raise TypeError(
            f"{name} takes {', '.join(unknown)} behind its message: a handler takes its message or the payload, and "
            "each once and annotated so `work: UnitOfWork`, `context: Context`, and the state that the lifespan yields"
        )
    return tuple(found)


def name_of(function: Callable[..., Any]) -> str:
    """Return what a function is called in errors."""
    return str(getattr(function, "__qualname__", repr(function)))


def _namespace(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what the text of an annotation may name."""
    inner: Any = inspect.unwrap(function)
    inner = getattr(inner, "__func__", inner)
    if not hasattr(inner, "__globals__"):  # an object that can be called
        inner = getattr(type(inner), "__call__", inner)  # noqa: B004  # pyright: ignore[reportUnknownArgumentType]
    names = dict(getattr(inner, "__globals__", {}))
    code = getattr(inner, "__code__", None)
    for name, cell in zip(getattr(code, "co_freevars", ()), getattr(inner, "__closure__", None) or (), strict=False):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # it has no value yet
            continue
    return names


def _kind_of(annotation: Any, namespace: dict[str, Any], noun: type[Any] | str | None) -> Parameter:
    """Return what a parameter with this annotation gets."""
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, namespace)  # noqa: S307  # an annotation of the user's own program (PEP 563)
        except Exception:  # noqa: BLE001  # whatever evaluating it raises: its text is all there is
            return _kind_of_text(annotation, noun)
    origin: Any = get_origin(annotation) or annotation
    if origin in (Union, UnionType):  # `work: UnitOfWork | None` is a unit of work
        (annotation, *more) = [each for each in get_args(annotation) if each is not NoneType]
        return "state" if more else _kind_of(annotation, namespace, noun)
    if not isinstance(origin, type):
        return "message" if origin is Any else "state"
    if origin in (object, list) or origin.__name__ in _LISTS or issubclass(origin, Message):
        return "message"
    kinds: list[Parameter] = [kind for cls, kind in _BY_CLASS if issubclass(origin, cls)]
    return kinds[0] if kinds else "state"


def _kind_of_text(text: str, noun: type[Any] | str | None) -> Parameter:
    name = text.partition("[")[0].rpartition(".")[2].strip(" '\"")
    if name in _LISTS:
        return "message"
    if isinstance(noun, type) and name == noun.__name__:
        return "payload"
    return _BY_NAME.get(name, "state")
