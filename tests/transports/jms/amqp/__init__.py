"""Tests of AMQP against Artemis, and of its parts without a broker."""
