"""Tests of the brokers that cimbus starts for tests, with real ones."""
