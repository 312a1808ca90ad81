"""What is known of ActiveMQ Classic without asking it."""

from __future__ import annotations

from cimbus.middleware.doctor.activemq import classic_findings


def test_each_setting_is_unknown_and_says_where_to_look():
    found = classic_findings()
    assert {finding.verdict for finding in found} == {"unknown"}
    assert all(finding.advice and finding.effect for finding in found)
