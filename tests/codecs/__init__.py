"""Tests of cimbus.codecs."""
