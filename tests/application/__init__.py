"""Tests of the bus, its components and what becomes of their messages."""
