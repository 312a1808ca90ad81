"""Java meets cimbus: a JMS client on the broker's own jars, and cimbus, at the same broker.

``java/JmsPeer.java`` is the client, ``vendors`` are whose jars it runs on, ``peer`` runs it; ``envelopes`` is what
a Java application would write, ``payloads`` the same in cimbus; ``meeting`` brings both to a broker.
"""
