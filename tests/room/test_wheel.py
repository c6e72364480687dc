"""One console acts: whoever has the wheel, and nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from console.core.faults import BarredFault, JournalFault
from console.core.journal import Person, Topic
from console.core.room.members import LOST_AFTER, place_of
from console.core.room.shown import member_value
from console.core.room.wheel import Standing
from console.seat import Seat
from console.store.journal import open_journal
from console.store.presence import DiskPresence
from tests.room.seats import INCIDENT, Silent, member, seat


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the journal lies."""
    (tmp_path / "own").mkdir(mode=0o700)
    return tmp_path / "own"


@pytest.fixture
def ann(folder: Path) -> Iterator[Seat]:
    """The first in the room."""
    one = seat(folder, "Ann")
    one.join()
    yield one
    one.close()


def test_the_first_in_the_room_takes_the_wheel_and_the_second_does_not(folder: Path, ann: Seat) -> None:
    bob = seat(folder, "Bob")
    room = bob.join()
    assert room.standing is Standing.THEIRS
    assert room.told == "Ann (deploy) has the wheel."
    assert [each.member.someone.name for each in ann.look().others] == ["Bob"]
    assert ann.room.standing is Standing.MINE
    bob.close()


def test_what_acts_is_refused_to_a_console_without_the_wheel(folder: Path, ann: Seat) -> None:
    bob = seat(folder, "Bob")
    bob.join()
    with pytest.raises(BarredFault, match="has not got the wheel"):
        bob.journal.append(Topic.ACTING, "statement 1")
    bob.journal.append(Topic.NOTE, "I see it")
    ann.journal.append(Topic.ACTING, "statement 1")
    assert [entry.run for entry in ann.journal.entries() if entry.topic is Topic.ACTING] == ["ann"]
    bob.close()


def test_the_wheel_is_taken_from_who_is_there_by_typing_their_name(folder: Path, ann: Seat) -> None:
    bob = seat(folder, "Bob")
    bob.join()
    assert bob.take("take the wheel") == "Type exactly  take the wheel from Ann"
    assert bob.take("take the wheel from Ann") == ""
    assert ann.look().told == "Bob (deploy) has the wheel."
    with pytest.raises(BarredFault):
        ann.journal.append(Topic.ACTING, "statement 2")
    assert [e.text for e in ann.entries if e.topic is Topic.WHEEL] == [
        "Ann (deploy) takes the wheel",
        "Bob (deploy) takes the wheel from Ann (deploy)",
    ]
    bob.close()


def test_two_who_take_it_at_once_do_not_both_get_it(folder: Path, ann: Seat) -> None:
    bob, eve = seat(folder, "Bob"), seat(folder, "Eve")
    bob.join()
    eve.join()
    stale = eve.room
    assert bob.take("take the wheel from Ann") == ""
    eve.journal.append(Topic.NOTE, "meanwhile")
    with pytest.raises(BarredFault, match="just now"):
        eve._take(stale)
    bob.close()
    eve.close()


def test_a_holder_that_is_silent_has_lost_it_after_the_time_that_was_shown(folder: Path, ann: Seat) -> None:
    path = folder / "journal.db"
    bob = seat(folder, "Bob", presence=Silent(path, "ann", 9.0))
    room = bob.join()
    assert room.told == "Ann (deploy) has the wheel, not heard of for 9 s: free in 6 s."
    assert bob.take("take the wheel").startswith("Type exactly")
    bob.presence.close()
    bob.presence = Silent(path, "ann", LOST_AFTER + 5)
    assert bob.look().told == "Ann (deploy) had the wheel and was not heard of for 20 s: it is free."
    assert bob.take("take the wheel") == ""
    assert bob.entries[-1].text == "Bob (deploy) takes the wheel from Ann (deploy), not heard of for 20 s"
    bob.close()


def test_who_cannot_read_who_is_there_takes_the_wheel_from_nobody(
    folder: Path, ann: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = seat(folder, "Bob")
    monkeypatch.setattr(bob.presence, "heard", Mock(side_effect=JournalFault("it cannot be read", "busy", "wait")))
    room = bob.join()
    assert "it cannot be read" in room.trouble
    assert room.standing is not Standing.MINE
    assert ann.look().standing is Standing.MINE
    bob.close()


def test_of_a_holder_whose_process_has_ended_it_is_free_at_once(folder: Path) -> None:
    """A console that was killed: what it wrote stands there, and nothing of it runs."""
    code = """
import json, sys
from pathlib import Path
from tests.room.seats import seat
one = seat(Path(sys.argv[1]), "Ann")
print(one.join().told, flush=True)
sys.stdin.read()
"""
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "You have the wheel.\n"
    bob = seat(folder, "Bob")
    assert bob.join().standing is Standing.THEIRS
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    assert bob.look().told == "Ann (deploy) had the wheel, and that console has ended: it is free."
    bob.close()
    eve = seat(folder, "Eve")
    assert eve.join().standing is Standing.MINE
    eve.close()


def test_who_leaves_gives_the_wheel_back(folder: Path) -> None:
    ann = seat(folder, "Ann")
    ann.join()
    ann.close()
    bob = seat(folder, "Bob")
    assert bob.join().standing is Standing.MINE
    assert "Ann (deploy) gives the wheel back" in [e.text for e in bob.entries]
    bob.close()


def test_what_a_console_says_of_itself_survives_the_file(folder: Path, ann: Seat) -> None:
    ann.shows("migrations", "m/V4", "pg 1")
    ann.presence.say(ann._member)
    heard = ann.presence.heard()[0]
    assert (heard.member.page, heard.member.key, heard.member.server) == ("migrations", "m/V4", "pg 1")
    assert json.loads(json.dumps(member_value(heard.member))) == member_value(ann._member)


def test_another_incident_in_the_same_file_is_another_room(folder: Path, ann: Seat) -> None:
    other = DiskPresence(folder / "journal.db", "billing on db1")
    other.say(member("Bob", "bob"))
    assert [each.member.run for each in ann.look().heard] == ["ann"]
    assert INCIDENT not in {entry.incident for entry in ann.entries if entry.run == "bob"}
    other.close()


def test_who_works_at_the_same_database_under_another_name_is_told_and_neither_acts(folder: Path, ann: Seat) -> None:
    """Two names of one host are two accounts, and would be two wheels."""
    journal = open_journal("shop on 10.0.0.5", Person("deploy"), "bob", {}, path=str(folder / "journal.db"))
    bob = Seat(journal, DiskPresence(journal.path, "shop on 10.0.0.5"), member("Bob", "bob"))
    assert bob.join().standing is Standing.MINE
    for one, database in ((ann, "shop"), (bob, "shop")):
        one.shows("incident", "", place_of("pg 1", database))
        one.presence.say(one._member)
    told = ("Bob (deploy) works at this very database as shop on 10.0.0.5: open it by that name, so that only one of "
            "you acts.")  # fmt: skip
    assert ann.look().apart == told
    assert bob.look().apart.startswith("Ann (deploy) works at this very database as shop on db1")
    assert [each.member.run for each in ann.room.heard] == ["ann"]
    bob.shows("incident", "", place_of("pg 1", "billing"))
    bob.presence.say(bob._member)
    assert ann.look().apart == ""
    bob.close()
