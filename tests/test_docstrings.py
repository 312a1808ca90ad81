"""What a package lists in ``__all__`` shows in its docstring how it is used; the examples run with the tests."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import pytest

import cimbus
import cimbus_jms
import cimbus_kafka
import cimbus_mqtt


def modules():
    """Return the name of every public module of the core and the plug-ins."""
    for package in (cimbus, cimbus_jms, cimbus_kafka, cimbus_mqtt):
        yield package.__name__
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(word.startswith("_") for word in module.name.split(".")):
                yield module.name


@pytest.mark.parametrize("name", list(modules()))
def test_public_classes_and_functions_have_an_example(name):
    module = import_module(name)
    public = {each: getattr(module, each) for each in getattr(module, "__all__", ())}
    shown = {each: what for each, what in public.items() if inspect.isclass(what) or inspect.isfunction(what)}
    assert [each for each, what in shown.items() if ">>>" not in (what.__doc__ or "")] == []
