"""The interface reference model of IEC 61968-1, clause 4, as far as it is public: who publishes what to whom.

Each fact says where it is known from (``source``, ``quality``). That something is not here proves nothing: much of the
model is not public. The tables are read when they are first asked for.

>>> business_function("FM").name, noun_facts("UnplannedOutages").quality
('Fault Management', 'name')
>>> [str(link) for link in business_object("Asset Condition").read_by]
['AM Asset Decision Support', 'POP Predictive Security Assessment']
"""

from __future__ import annotations

from .model import (
    all_noun_facts,
    business_function,
    business_functions,
    business_object,
    business_objects,
    is_foreign,
    noun_facts,
    nouns_heard_by,
    profile_layers,
    series_parts,
    standard_facts,
)
from .tables import (
    AccessLink,
    BusinessFunction,
    BusinessObject,
    NounFacts,
    ProfileLayer,
    SeriesPart,
    StandardFact,
    SubFunction,
)

__all__ = [
    "AccessLink",
    "BusinessFunction",
    "BusinessObject",
    "NounFacts",
    "ProfileLayer",
    "SeriesPart",
    "StandardFact",
    "SubFunction",
    "all_noun_facts",
    "business_function",
    "business_functions",
    "business_object",
    "business_objects",
    "is_foreign",
    "noun_facts",
    "nouns_heard_by",
    "profile_layers",
    "series_parts",
    "standard_facts",
]
