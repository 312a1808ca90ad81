"""Tests of the MQTT transport against a Mosquitto, and of its parts without one."""
