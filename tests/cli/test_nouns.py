"""``cimbus schema`` and ``cimbus sample``."""

from __future__ import annotations

import jsonschema
import orjson
import pytest
from lxml import etree

import cimbus
from cimbus.cli import exits
from cimbus.cli.app import run_app


def output(capsysbinary, *arguments: str) -> bytes:
    assert run_app(arguments) == exits.OK
    return capsysbinary.readouterr().out


def test_samples_are_valid_for_the_schemas_that_are_written(capsysbinary):
    schema = etree.XMLSchema(etree.fromstring(output(capsysbinary, "schema", "ServiceOrders")))
    json_schema = orjson.loads(output(capsysbinary, "schema", "ServiceOrders", "--to", "json-schema"))

    schema.assertValid(etree.fromstring(output(capsysbinary, "sample", "ServiceOrders", "--seed", "5")))
    lines = output(capsysbinary, "sample", "ServiceOrders", "--to", "json", "--count", "2", "--sparse").splitlines()
    assert len(lines) == 2
    for line in lines:
        jsonschema.validate(orjson.loads(line), json_schema)
    assert output(capsysbinary, "schema", "ServiceOrders", "--to", "markdown").startswith(b"# ServiceOrders\n")


def test_a_sample_in_a_message_is_a_message(capsysbinary):
    read = cimbus.decode(output(capsysbinary, "sample", "GetMeterReadings", "--message"), strict=True)

    assert (read.header.noun, read.header.verb) == ("MeterReadings", "get")


@pytest.mark.parametrize("command", ["schema", "sample"])
def test_a_noun_that_is_not_registered_is_an_error_that_lists_those_that_are(capsys, command):
    assert run_app([command, "meterreadings"]) == exits.USAGE
    assert "MeterReadings" in capsys.readouterr().err
