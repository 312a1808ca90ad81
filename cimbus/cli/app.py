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
from .asyncapi import asyncapi
from .audit import audit
from .bench import bench
from .bridge import bridge_command
from .capacity import capacity
from .catalog import catalog
from .completion import completion
from .configuration import read_configuration
from .decode import decode_command
from .demo import demo
from .dlq import dlq
from .doctor import doctor
from .environment import read_environment
from .explain import explain_command
from .generate import generate
from .groups import groups
from .importing import know_nouns
from .init import init_command
from .listen import listen
from .nouns import sample_command, schema
from .outbox import outbox
from .output import LogHandler, fail
from .publish import publish
from .rdf import rdf_command
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
@click.option(
    "--config",
    metavar="FILE",
    envvar="CIMBUS_CONFIG",
    show_envvar=True,
    is_eager=True,
    expose_value=False,
    callback=read_configuration,
    help="Options of all commands, as TOML; by default cimbus.toml, or [tool.cimbus] in pyproject.toml.",
)
def app() -> None:
    """IEC 61968 messages over MQTT, Kafka, JMS, an SQLite file, or memory.

    The bus is a URL such as mqtt://localhost or sqlite:///var/lib/bus.db, given as --bus or in CIMBUS_BUS.
    Nouns of your own are known with --import MODULE, or with CIMBUS_IMPORT. Every option may also be a variable, such
    as CIMBUS_RUN_WORKERS, or stand in a file.
    """


COMMANDS: Final = (
    demo,
    init_command,
    run_command,
    publish,
    listen,
    request,
    bridge_command,
    decode_command,
    validate_command,
    readings_command,
    rdf_command,
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
    asyncapi,
    completion,
    audit,
    bench,
    capacity,
    status,
)

for command in COMMANDS:
    if not isinstance(command, click.Group):
        command.epilog = exits.EXPLAINED
    know_nouns(command)
    app.add_command(command)
read_environment(app)


def run_app(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; errors are one line each."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    handler = LogHandler(logging.WARNING)
    logger = logging.getLogger("cimbus")
    logger.addHandler(handler)
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        code = app.main(given, prog_name="cimbus", standalone_mode=False, obj=tuple(given))
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
