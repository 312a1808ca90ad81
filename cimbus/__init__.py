"""cimbus."""
