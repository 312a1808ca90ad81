"""Tests of the JMS transports against Artemis and ActiveMQ Classic, and of their parts without one."""
