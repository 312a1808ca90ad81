"""``cimbus completion SHELL``: what a shell needs to complete words with Tab."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from . import exits
from .output import raw

VARIABLE: Final = "_CIMBUS_COMPLETE"
"""By which the script asks the command; click derives it from the command's name."""
SHELLS: Final = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(*, shell: str) -> int:
    """Write the script that lets a shell complete commands, options, files, nouns, verbs and components.

    \b
    bash: cimbus completion bash > ~/.local/share/bash-completion/completions/cimbus
    zsh:  cimbus completion zsh > ~/.zfunc/_cimbus      (with fpath+=~/.zfunc before compinit)
    fish: cimbus completion fish > ~/.config/fish/completions/cimbus.fish
    """  # noqa: D301  # click's mark for lines that stay as they are
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"there is no completion for {shell}")
    root = click.get_current_context().find_root().command
    raw(made(root, {}, "cimbus", VARIABLE).source().encode())
    return exits.OK
