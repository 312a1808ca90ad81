"""Tests of cimbus.testing."""
