"""Tests of cimbus.readings."""
