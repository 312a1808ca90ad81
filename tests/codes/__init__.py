"""Tests of cimbus.codes."""
