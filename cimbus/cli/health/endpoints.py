"""``/live``, ``/ready`` and ``/metrics``: health as HTTP."""

from __future__ import annotations

from http import HTTPStatus

import orjson

from cimbus.errors import MissingExtraError

from .health_check import CheckedProgram, HealthCheck
from .http_server import HttpResponse, HttpServer
from .program_health import ProgramHealth

JSON = "application/json"


def health_server(program: CheckedProgram) -> HttpServer:
    """Return a server of the health of a program, with a list of the paths at ``/``."""

    async def live() -> HttpResponse:
        return response_of(program.live())

    async def ready() -> HttpResponse:
        return response_of(program.ready())

    async def metrics() -> HttpResponse:
        return await metrics_of(program)

    async def paths() -> HttpResponse:
        return HttpResponse(HTTPStatus.OK, b"/live\n/ready\n/metrics\n")

    return HttpServer({"/live": live, "/ready": ready, "/metrics": metrics, "/": paths})


def worker_server(health: ProgramHealth) -> HttpServer:
    """Return what a worker serves for its supervisor: everything at ``/status``, and ``/metrics``."""

    async def status() -> HttpResponse:
        return HttpResponse(HTTPStatus.OK, orjson.dumps(health.status()), JSON)

    async def metrics() -> HttpResponse:
        return await metrics_of(health)

    return HttpServer({"/status": status, "/metrics": metrics})


def response_of(check: HealthCheck) -> HttpResponse:
    """Return 200, or 503 with the problems.

    >>> response_of(HealthCheck(("OMS does not run",)))[:2]
    (503, b'{"ok":false,"problems":["OMS does not run"]}')
    """
    status = HTTPStatus.OK if check.ok else HTTPStatus.SERVICE_UNAVAILABLE
    return HttpResponse(int(status), orjson.dumps({"ok": check.ok, "problems": check.problems}), JSON)


async def metrics_of(program: CheckedProgram) -> HttpResponse:
    """Return the metrics, or 404 and what to install."""
    try:
        return HttpResponse(HTTPStatus.OK, *await program.metrics())
    except MissingExtraError as error:
        return HttpResponse(HTTPStatus.NOT_FOUND, f"{error}\n".encode())
