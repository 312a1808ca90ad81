"""What cimbus needs of proton beyond its public API is still there, and all of it is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .support import proton

from cimbus_jms.amqp import proton_names  # isort: skip

SOURCES = [path for path in Path(proton_names.__file__).parent.glob("*.py") if path.name != "proton_names.py"]


@pytest.mark.parametrize("module", ["proton", "cproton", "lib", "ffi"])
def test_the_private_names_are_there(module):
    missing = []
    for name in proton_names.PRIVATE[module]:
        found = getattr(proton_names, module)
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is None:
            missing.append(name)
    assert missing == []


def test_the_objects_have_what_the_functions_in_c_take():
    connection = proton.Connection()
    link = connection.session().sender("a link")
    objects = {"Collector": proton.Collector(), "Transport": proton.Transport(), "Link": link}

    assert set(objects) == set(proton_names.PRIVATE["_impl"])
    assert [name for name, found in objects.items() if not isinstance(found._impl, proton_names.ffi.CData)] == []


def test_what_is_used_is_listed():
    """And only ``engine`` and ``links`` use it."""
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        for module, listed in proton_names.PRIVATE.items():
            used = re.findall(rf"\b{module}\.(\w+)", text) if module != "_impl" else []
            if module == "proton":
                used = re.findall(r"\bproton\.(\w+\.wrap)", text)
            assert set(used) <= set(listed), path.name
            if (used and module != "proton") or "._impl" in text:
                assert path.name in ("engine.py", "links.py")
