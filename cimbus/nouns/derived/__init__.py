# ruff: noqa: F403  # each module lists in __all__ what it hands on
"""Nouns of which only the name is public, in a form of our own: ``Noun.source`` is ``derived``.

The rules by which they are made of the classes of the CIM (a public model of the CIM100 generation):

1. A noun is a list of one class; its child has the class's name.
2. The child has an mRID, the attributes of the class and of those that it extends, by name, and Names; all optional.
3. Texts that end in DateTime are date-times, periods are intervals, states are ``Status``; enumerations stay texts.
4. Associations of the class and of the one above it are children with an mRID or Names (``IdentifiedObject``), lists
   where there may be several; what has no identity is left out.
5. A noun that is called after several classes, or took several nouns' place, has a list of each.
6. The namespace is ours (``NAMESPACE``). When a profile is published, generate it (``cimbus generate``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import agreements, assets, customers, devices, faults, network, outages, payments, services, switching
from .agreements import *
from .assets import *
from .cim_class import NAMESPACE as NAMESPACE
from .customers import *
from .devices import *
from .faults import *
from .network import *
from .outages import *
from .payments import *
from .services import *
from .switching import *

if not TYPE_CHECKING:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = [
        name
        for module in (
            agreements,
            assets,
            customers,
            devices,
            faults,
            network,
            outages,
            payments,
            services,
            switching,
        )
        for name in module.__all__
    ]
