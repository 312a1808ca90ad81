"""Tests of cimbus.interface.xsd."""
