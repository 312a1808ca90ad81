"""Network models in CIM RDF/XML (IEC 61968-13, IEC 61970-552), read as a stream; see ``cimbus.codecs.rdf``."""

from __future__ import annotations

from .header import ModelHeader, ModelKind
from .model import NetworkModel, model_payload, read_model
from .objects import Change, RdfObject, RdfProperty

__all__ = [
    "Change",
    "ModelHeader",
    "ModelKind",
    "NetworkModel",
    "RdfObject",
    "RdfProperty",
    "model_payload",
    "read_model",
]
