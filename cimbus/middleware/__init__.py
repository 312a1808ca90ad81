"""How messages travel: transports and what they share (IEC 61968-1, 5.5)."""
