"""Names of properties, the special ones of JMS among them."""

from __future__ import annotations

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


WORDS = st.sampled_from(
    [
        "Verb",
        "CorrelationID",
        "ReplyAddress",
        "JMSType",
        "JMSPriority",
        "type",
        "id",
        "NULL",
        "Cim_x",
        "JMSFoo",
        "_x",
        "",
    ]
)


NAMES = st.one_of(WORDS, TEXT)
