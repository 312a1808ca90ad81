"""Whether a program makes progress and is ready, and an HTTP server that says so.

``liveness.py``: progress of handlers · ``program_health.py``: of a program's components · ``store_checks.py``: whether
stores can be written · ``http_server.py``, ``http_client.py``: HTTP/1.1 · ``endpoints.py``: ``/live``, ``/ready``,
``/metrics`` · ``address.py``: HOST:PORT.
"""

from __future__ import annotations
