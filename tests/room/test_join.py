"""An open room for the same database is offered to who comes; to nobody else, and never a dead one."""

from __future__ import annotations

import grp
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from console.core.room.members import LOST_AFTER
from console.machine import here
from console.rooms import offered
from console.store.presence import DiskPresence
from console.store.shared import journal_in, make_room
from tests.room.seats import INCIDENT, member


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """The machine's room."""
    make_room(tmp_path / "room", grp.getgrgid(os.getegid()).gr_name)
    return tmp_path / "room"


def say(room: Path, *names: str, ago: float = 0.0, process: str = "") -> None:
    """These were heard of so long ago."""
    presence = DiskPresence(journal_in(room), INCIDENT, lambda: time.time() - ago)
    for name in names:
        one = member(name, name.lower())
        presence.say(replace(one, process=process) if process else one)
    presence.close()


def test_who_is_in_the_room_is_said(room: Path) -> None:
    say(room, "Ann")
    where = f"in a room for shop on db1 ({room}, since 12:00 UTC)"
    assert offered(INCIDENT, room) == f"Ann (deploy) is {where}"
    say(room, "Bob", "Eve")
    assert offered(INCIDENT, room) == f"Ann (deploy) and 2 others are {where}"


def test_a_room_of_another_database_is_not_offered(room: Path) -> None:
    say(room, "Ann")
    assert offered("billing on db1", room) == ""


def test_an_empty_room_is_not_offered(room: Path) -> None:
    assert offered(INCIDENT, room) == ""
    say(room, "Ann", ago=LOST_AFTER + 1)
    assert offered(INCIDENT, room) == ""


def test_a_room_whose_console_has_ended_is_not_offered(room: Path) -> None:
    say(room, "Ann", process=f"{os.getpid()} 1")
    assert here() == member("Ann", "ann").host
    assert offered(INCIDENT, room) == ""


def test_where_there_is_no_room_nothing_is_offered(tmp_path: Path) -> None:
    assert offered(INCIDENT, tmp_path / "none") == ""
