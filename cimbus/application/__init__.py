"""Who publishes and handles messages (IEC 61968-1, 5.3)."""
