"""`halfway room make`: where several people meet, on one machine or on several."""

from __future__ import annotations

import os
from pathlib import Path

import click

from console.core.faults import UsageFault
from console.core.plain import one_line


@click.group(short_help="Meet others: one account, one who acts, partners who agree.")
def room() -> None:
    """Meet others: one account of the incident, one who acts, partners who agree."""


@room.command()
@click.argument("place", metavar="DIR|URL")
@click.option("--group", metavar="GROUP", help="Who may act in a folder: a group of this machine.")
@click.option("--grants", is_flag=True, help="Only print what the logins of a database need.")
def make(place: str, group: str | None, grants: bool) -> None:
    """Make a room: a folder whose desk only GROUP writes on, or the tables in a database beside the incident's."""
    if "://" in place:
        _in_database(place, grants=grants)
    else:
        _in_folder(place, group)


def _in_folder(place: str, group: str | None) -> None:
    from console.cli import say
    from console.store.shared import make_room

    if not group:
        raise UsageFault("a room needs to know who may act", todo="Name a group: --group GROUP")
    folder = Path(place).expanduser().absolute()
    make_room(folder, group)
    shown = one_line(str(folder), 200)
    say(f"made {shown}: who is in the group {one_line(group, 80)} acts in it with  halfway --room {shown}")
    say(f"everybody else looks with  halfway observe --room {shown}")


def _in_database(place: str, *, grants: bool) -> None:
    from console.cli import say
    from console.core.grants import as_sql, room_grants
    from console.places import room_url
    from console.store.remote import furnish
    from console.wiring import shown

    url = room_url(place, os.environ)
    if not grants:
        furnish(url)
        say(f"made the tables of a room in {shown(url)}; who may act in it needs")
    say(as_sql(room_grants(url.get_backend_name(), url.database or "")))
