"""RequestType and its parts; replies and payload areas have IDs, too."""

from __future__ import annotations

from cimbus.interface.model import Attribute, Cim, DateTime, Text


class ID(
    Cim,
    rename={"id_type": "idType", "id_authority": "idAuthority", "object_type": "objectType"},
):
    """The text of an ID element with its attributes (IDatts).

    ``kind`` is one of ``name``, ``uuid``, ``transaction``, ``other``, or a word of the peer's own.

    >>> ID(value="meter-7", kind="name", object_type="Meter").value
    'meter-7'
    """

    value: Text
    id_type: Attribute = None
    id_authority: Attribute = None
    kind: Attribute = None
    object_type: Attribute = None


class Option(Cim):
    """RequestType/Option, such as ``limit`` and ``offset``.

    >>> Option(name="limit", value="100").value
    '100'
    """

    name: str
    value: str | None = None


class Request(Cim, rename={"start_time": "StartTime", "end_time": "EndTime", "options": "Option", "ids": "ID"}):
    """RequestType: times, options and IDs of a request; the typed query of a ``get`` is the message's payload.

    >>> request = Request(options=(Option(name="limit", value="100"),), ids=(ID(value="meter-7"),))
    >>> request.option("limit")
    '100'
    """

    wildcard = ""

    start_time: DateTime | None = None
    end_time: DateTime | None = None
    options: tuple[Option, ...] = ()
    ids: tuple[ID, ...] = ()

    def option(self, name: str, default: str | None = None) -> str | None:
        """Return the value of the first Option of that name, or the default where there is none.

        >>> Request().option("limit", "50")
        '50'
        """
        return next((o.value for o in self.options if o.name == name), default)
