"""`python -m tests.new framework|server NAME`: writes the skeleton and says what comes next; exit 2 where it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tests.new.framework import framework, package
from tests.new.names import NewError
from tests.new.server import server
from tests.new.writing import Made, write

ROOT = Path(__file__).resolve().parents[2]


@click.group()
def main() -> None:
    """A skeleton of something new, with the tests it is held to."""


@main.command("framework")
@click.argument("name")
@click.option("--package", "folder", metavar="DIR", help="A package of its own there, found by its entry point.")
def _framework(name: str, folder: str | None) -> None:
    """A migration tool: in this clone, or in a package of its own."""
    _written(framework(ROOT, name) if folder is None else package(Path(folder).absolute(), name))


@main.command("server")
@click.argument("name")
def _server(name: str) -> None:
    """A kind of server: what the URL of a database begins with."""
    _written(server(ROOT, name))


def _written(made: Made) -> None:
    write(made)
    for path in (*made.files, *made.edits):
        click.echo(f"{'changed' if path in made.edits else 'written'}  {_shown(path)}")
    click.echo("\nWhat comes next:")
    for number, step in enumerate(made.steps, 1):
        click.echo(f"{number:>2}. {step}")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


if __name__ == "__main__":
    try:
        main()
    except NewError as problem:
        click.echo(f"tests.new: {problem}.", err=True)
        sys.exit(2)
