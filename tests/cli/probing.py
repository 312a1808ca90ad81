"""Probes as Kubernetes has them, for tests of commands that run."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from .conftest import LIMIT


class Probe:
    """Asks a command for its health; ``running`` was started with ``--health 127.0.0.1:0``."""

    def __init__(self, running):
        line = running.until("health on ")
        self.url = line.split("health on ")[1].strip()

    def ask(self, path):
        """Return (status, problems)."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=LIMIT) as response:
                return response.status, json.load(response)["problems"]
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)["problems"]

    def until(self, path, status):
        """Ask until that is the status; return the problems."""
        ends = time.monotonic() + LIMIT
        while time.monotonic() < ends:
            found, problems = self.ask(path)
            if found == status:
                return problems
            time.sleep(0.05)
        raise AssertionError(f"/{path} has not been {status} within {LIMIT} s: {problems}")

    def metric(self, name, wanted):
        """Scrape until the samples of a metric, a mapping from labels to values, are as wanted; return them."""
        ends = time.monotonic() + LIMIT
        while time.monotonic() < ends:
            with urllib.request.urlopen(f"{self.url}metrics", timeout=LIMIT) as response:
                families = list(text_string_to_metric_families(response.read().decode()))
            samples = [sample for family in families for sample in family.samples if sample.name == name]
            values = {tuple(sorted(sample.labels.items())): sample.value for sample in samples}
            if wanted(values):
                return values
            time.sleep(0.05)
        raise AssertionError(f"{name} has not been as wanted within {LIMIT} s: {values}")
