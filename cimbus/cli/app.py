"""The command ``cimbus``: its subcommands, and the exit code of each error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Final, cast

import click

from cimbus.codecs import stats
from cimbus.errors import CimbusError, ConnectError, UsageError

from . import exits
from .acl import acl
from .audit import audit
from .bridge import bridge_command
from .catalog import catalog
from .decode import decode_command
from .demo import demo
from .dlq import dlq
from .doctor import doctor
from .explain import explain_command
from .generate import generate
from .groups import groups
from .importing import know_nouns
from .listen import listen
from .nouns import sample_command, schema
from .outbox import outbox
from .output import LogHandler, fail
from .publish import publish
from .readings import readings_command
from .request import request
from .run import run_command
from .status import status
from .topics import topics
from .validate import validate_command


def _version() -> str:
    """Return what ``--version`` says: our version, and whether the native codec is used."""
    native = stats()
    return f"%(prog)s, version %(version)s, native codec {native.native or f'not used: {native.reason}'}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=exits.EXPLAINED)
@click.version_option(package_name="cimbus", message=_version())
def app() -> None:
    """IEC 61968 messages over MQTT, Kafka, JMS, an SQLite file, or memory.

    The bus is a URL such as mqtt://localhost or sqlite:///var/lib/bus.db, given as --bus or in CIMBUS_BUS.
    Nouns of your own are known with --import MODULE, or with CIMBUS_IMPORT.
    """


COMMANDS: Final = (
    demo,
    run_command,
    publish,
    listen,
    request,
    bridge_command,
    decode_command,
    validate_command,
    readings_command,
    generate,
    schema,
    sample_command,
    topics,
    explain_command,
    catalog,
    dlq,
    doctor,
    groups,
    outbox,
    acl,
    audit,
    status,
)

for command in COMMANDS:
    if not isinstance(command, click.Group):
        command.epilog = exits.EXPLAINED
    know_nouns(command)
    app.add_command(command)


def run_app(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; errors are one line each."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    handler = LogHandler(logging.WARNING)
    logger = logging.getLogger("cimbus")
    logger.addHandler(handler)
    try:
        code = app.main(None if arguments is None else list(arguments), prog_name="cimbus", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001  # the callee raises again what is not ours
        return _code_of(error)
    finally:
        logger.removeHandler(handler)
    return code if isinstance(code, int) else exits.OK


def _code_of(error: BaseException) -> int:
    """Write the error; return the exit code for it."""
    if isinstance(error, click.ClickException):
        error.show()
        return exits.USAGE
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return exits.INTERRUPTED
    if isinstance(error, CimbusError):
        fail(str(error))
        return _ours(error)
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return max(_code_of(each) for each in group.exceptions)
    if isinstance(error, OSError):
        fail(f"{error.filename}: {error.strerror}" if error.filename else error)
        return exits.FAILED
    raise error


def _ours(error: CimbusError) -> int:
    if isinstance(error, ConnectError):
        return exits.UNREACHABLE
    return exits.USAGE if isinstance(error, UsageError) else exits.FAILED
