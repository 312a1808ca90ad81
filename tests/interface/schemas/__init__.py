"""Tests of cimbus.interface.schemas."""
