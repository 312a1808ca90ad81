"""Tests of cimbus.model."""
