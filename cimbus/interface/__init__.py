"""Interface specification (IEC 61968-1, 5.4): topics, messages, the model of payloads, and the codecs."""
