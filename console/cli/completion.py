"""`halfway completion SHELL`: has a shell complete commands, options, files and names. Nothing is connected for it.

The words come from the commands themselves: an option that takes a FILE completes files, one that takes a NAME those
that are known without asking a server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

_HOSTS = re.compile(r"^\s*host\s+(.+)$", re.IGNORECASE | re.MULTILINE)


@click.command(short_help="Print what completes the words in your shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes this shell complete Halfway's words: put it where the shell reads such files."""
    found = get_completion_class(shell)
    if found is not None:
        from console.cli import COMPLETE

        made = found(click.get_current_context().find_root().command, {}, "halfway", COMPLETE)
        click.echo(made.source_template % made.source_vars())


def completable(group: click.Group) -> None:
    """Have every option of every command complete what it takes."""
    for command in every(group):
        for parameter in command.params:
            known = _known(command, parameter)
            if known is not None:
                parameter.shell_complete = known  # type: ignore[method-assign, assignment]


def every(group: click.Group) -> Iterator[click.Command]:
    """All commands of a group, and of the groups in it."""
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from every(command)


Known = Callable[[click.Context, str], list[CompletionItem]]


def _known(command: click.Command, parameter: click.Parameter) -> Known | None:
    """What completes this one; None where click does, or nobody can."""
    names = {"framework": _frameworks, "ssh": _ssh_hosts, "name": _drills if command.name == "drill" else None}
    given = names.get(parameter.name or "")
    if given is not None:
        return lambda _, begun: [CompletionItem(name) for name in given() if name.startswith(begun)]
    takes = set((parameter.metavar or "").split("|"))
    kind = "dir" if takes == {"DIR"} else "file" if takes & {"FILE", "PATH", "DIR"} else ""
    return (lambda _, begun: [CompletionItem(begun, type=kind)]) if kind else None


def _frameworks() -> list[str]:
    from console.frameworks import names

    return list(names())


def _drills() -> list[str]:
    from console.drill.run import names

    return list(names())


def _ssh_hosts() -> list[str]:
    """Those that the person's own ssh has names for."""
    try:
        text = (Path.home() / ".ssh" / "config").read_text(encoding="utf-8", errors="replace")
    except (OSError, RuntimeError):
        return []
    return [name for line in _HOSTS.findall(text) for name in line.split() if not set(name) & set("*?!")]
