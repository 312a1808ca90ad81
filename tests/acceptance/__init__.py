"""Acceptance: processes that meet on a bus, are killed, and lose nothing."""
