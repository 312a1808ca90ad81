"""Tests of STOMP against ActiveMQ Classic and Artemis, and of its parts without a broker."""
