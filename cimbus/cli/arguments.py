"""The arguments of the call that runs, to be given to other processes of its kind."""

from __future__ import annotations

from collections.abc import Sequence

import click


def given_arguments() -> Sequence[str]:
    """Return them; ``run_app`` has put them into the context of the command ``cimbus``.

    >>> with click.Context(click.Command("cimbus"), obj=("run", "app:oms")):
    ...     given_arguments()
    ('run', 'app:oms')
    """
    found: Sequence[str] = click.get_current_context().find_root().obj
    return found
