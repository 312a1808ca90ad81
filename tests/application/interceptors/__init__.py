"""Tests of the interceptors, each around a function in place of the rest of the chain."""
