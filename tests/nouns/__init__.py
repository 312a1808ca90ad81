"""Tests of cimbus.nouns."""
