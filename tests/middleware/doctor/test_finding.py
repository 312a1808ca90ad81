"""How long is long enough."""

from __future__ import annotations

import pytest

from cimbus.middleware.doctor import DAY, WEEK, kept_for


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(None, "ok"), (WEEK, "ok"), (WEEK - 1, "warning"), (DAY, "warning"), (DAY - 1, "error")]
)
def test_what_is_kept_for_less_than_a_day_is_an_error(seconds, verdict):
    found = kept_for("retention", seconds, what="messages", advice="longer")

    assert found.verdict == verdict
    assert bool(found.advice) is (verdict != "ok")
