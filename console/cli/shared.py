"""Options of several commands, apart from any: whoever has one of them need not load the other commands."""

from __future__ import annotations

import click

JOURNAL = click.option(
    "--journal", "named", metavar="PATH", help="The journal; HALFWAY_JOURNAL or the user's state folder if not given."
)
ROOM = click.option("--room", metavar="DIR|URL", help="The journal of this room.")
