"""Writes docs/halfway.1, the manual page, from the commands themselves.

`python packaging/man.py [--to FILE]`; tests/install/test_words.py holds the page to the commands.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "halfway.1"
_SYNOPSIS = """.SH SYNOPSIS
.B halfway
[\\fIOPTIONS\\fR] [\\fIURL\\fR]
.br
.B halfway
\\fICOMMAND\\fR [\\fIOPTIONS\\fR] ..."""
_EXITS = (
    ("0", "Healthy. Pending migrations alone are healthy."),
    ("1", "Needs attention, or it cannot be told whether it does."),
    ("2", "Wrong usage or configuration."),
    ("3", "The server cannot be reached, or does not permit it."),
    ("130", "Interrupted."),
)
_ENVIRONMENT = (
    ("HALFWAY_URL", "The database, where the command line names none. A password in it is in no argument."),
    ("HALFWAY_CONFIG", "The configuration file, as --config."),
    ("HALFWAY_ROOM", "The room, as --room."),
    ("HALFWAY_THEME", "Colours, as --theme."),
    ("HALFWAY_LINEAR", "1: say everything line by line, as --linear; 0: do not, whatever the configuration says."),
    ("HALFWAY_UNPACK", "Where the files that bring all they need unpack themselves; else the cache folder."),
    ("HALFWAY_DEBUG", "1: show where Halfway itself failed."),
    ("PGPASSWORD, PGPASSFILE, PGSERVICE", "As PostgreSQL's own programs read them."),
    ("MYSQL_PWD", "The password for MySQL or MariaDB; ~/.my.cnf is read as well."),
    ("NO_COLOR", "Draw without colours."),
)


def page() -> str:
    """The whole page."""
    from screens.__main__ import cli

    parts = [
        ".TH HALFWAY 1",
        ".SH NAME\nhalfway \\- the incident console for a database migration that stopped halfway",
        _SYNOPSIS,
        ".SH DESCRIPTION\n" + _prose(cli.help or ""),
        ".SH OPTIONS OF THE CONSOLE\n" + "\n".join(_options(cli.commands["console"])),
        ".SH COMMANDS",
        *_commands(cli, "halfway"),
        ".SH ENVIRONMENT\n" + _list(_ENVIRONMENT),
        ".SH EXIT STATUS\n" + _list(_EXITS),
        ".SH SEE ALSO\n.BR ssh (1),\n.BR psql (1),\n.BR mysql (1)",
    ]
    return "\n".join(parts) + "\n"


def _commands(group: click.Group, above: str) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        words = " ".join(_argument(each) for each in command.params if isinstance(each, click.Argument))
        yield f".SS {_plain(f'{above} {name}')} {words}".rstrip() + "\n" + _prose(command.help or "")
        yield from _options(command)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{above} {name}")


def _options(command: click.Command) -> Iterator[str]:
    for each in command.params:
        if isinstance(each, click.Option) and not each.hidden:
            names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in each.opts)
            takes = "" if each.is_flag or each.count else f" \\fI{_plain(_takes(each))}\\fR"
            yield f".TP\n{names}{takes}\n{_prose(each.help or '')}"


def _takes(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    choice = option.type
    return "|".join(map(str, choice.choices)) if isinstance(choice, click.Choice) else choice.name.upper()


def _argument(argument: click.Argument) -> str:
    choice = argument.type
    name = "|".join(map(str, choice.choices)) if isinstance(choice, click.Choice) else (argument.name or "").upper()
    shown = f"\\fI{_plain(argument.metavar or name)}\\fR" + ("..." if argument.nargs == -1 else "")
    return shown if argument.required else f"[{shown}]"


def _list(items: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f".TP\n.B {_plain(name)}\n{_prose(text)}" for name, text in items)


def _prose(text: str) -> str:
    """Paragraphs, as click folds them; what is in backquotes in bold."""
    paragraphs = (" ".join(_plain(part).split()) for part in re.split(r"\n\s*\n", text.replace("\b", "").strip()))
    bold = (re.sub(r"`([^`]*)`", r"\\fB\1\\fR", paragraph) for paragraph in paragraphs)
    return "\n.PP\n".join(f"\\&{each}" if each[:1] in (".", "'") else each for each in bold)


def _plain(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=PAGE)
    parser.parse_args().to.write_text(page())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
