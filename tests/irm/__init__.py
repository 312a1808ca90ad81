"""Tests of cimbus.irm."""
