"""Tests of what the network transports share."""
