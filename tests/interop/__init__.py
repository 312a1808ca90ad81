"""Java meets cimbus: a JMS client on the broker's own jars, and cimbus, at the same broker.

``java/JmsPeer.java`` is the client, ``peer`` runs it, ``envelopes`` is what a Java application would write.
"""
