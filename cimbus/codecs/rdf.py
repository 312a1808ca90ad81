"""Network models in CIM RDF/XML (IEC 61968-13, IEC 61970-552), full and difference models, read as a stream.

A model is no noun with a class: messages carry it as a payload with ``Format`` RDF, and it is read object by object.
There is no store of models here; a triple store or a power flow program is the place for one.

>>> from cimbus import Header, Message, decode, encode
>>> document = b'''<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cim="urn:cim#">
...   <cim:Breaker rdf:ID="_b1"><cim:Switch.normalOpen>false</cim:Switch.normalOpen></cim:Breaker></rdf:RDF>'''
>>> message = Message(Header(verb="created", noun="FULLMODEL"), payload=model_payload(document))
>>> with read_model(decode(encode(message))) as model:
...     [(each.cls, each.mRID, each.value("Switch.normalOpen")) for each in model]
[('Breaker', 'b1', 'false')]
"""

from __future__ import annotations

from cimbus.interface.codecs.rdf import (
    Change,
    ModelHeader,
    ModelKind,
    NetworkModel,
    RdfObject,
    RdfProperty,
    model_payload,
    read_model,
)

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
