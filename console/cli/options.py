"""The options that every command takes which connects (DESIGN 6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from console.cli.ssh import SSH

F = TypeVar("F", bound=Callable[..., Any])


def common_options(command: F) -> F:
    """The options every command that connects takes (DESIGN 6)."""
    for option in reversed(
        (
            click.argument("url", required=False),
            click.option("--project", metavar="DIR", help="The project's folder; the current one if not given."),
            click.option("--migrations", metavar="PATH|-", help="A folder, a tar, a file, or - for stdin."),
            click.option("--framework", metavar="NAME", help="The migration tool, when several are found."),
            click.option("--schema", metavar="NAME", help="The schema that unqualified names mean."),
            click.option("--redact", is_flag=True, help="Count rows, but show no value of any."),
            SSH,
            click.option("--config", metavar="FILE", help="A TOML file with url, project, migrations, schema."),
        )
    ):
        command = option(command)
    return command
