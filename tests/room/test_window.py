"""The window of a room: responders' consoles put up what happens, observers see it and can write nothing."""

from __future__ import annotations

import grp
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.faults import UsageFault
from console.core.journal import Entry, Person, Topic
from console.core.room.room import Room
from console.core.room.shown import LINES, looked_up, put_up
from console.core.room.wheel import Standing
from console.rooms import Wish, journal_of, seat_in, wished
from console.seat import Seat
from console.store.journal import open_journal
from console.store.shared import make_room
from console.store.window import window_of
from console.watching import Watching
from tests.room.seats import INCIDENT
from tests.waiting import eventually

NOBODY = 65534


@pytest.fixture
def room() -> Iterator[Path]:
    """A room of this process' own group, where every user of the machine can look."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        make_room(Path(place, "room"), grp.getgrgid(os.getegid()).gr_name)
        yield Path(place, "room")


@pytest.fixture
def ann(room: Path) -> Iterator[Seat]:
    """She has the wheel, and her console puts up what happens."""
    wish = Wish(str(room), name="Ann")
    journal = open_journal(INCIDENT, Person("deploy"), "ann", {}, path=journal_of(wish, None))
    one = seat_in(journal, INCIDENT, Person("deploy"), wish, {})
    one.join()
    one.start(lambda _room, _new: None)
    yield one
    one.close()


def test_an_observer_sees_within_two_seconds_what_is_done_and_who_acts(room: Path, ann: Seat) -> None:
    watching = Watching(room, INCIDENT)
    eventually(lambda: watching.look() is not None)
    ann.journal.append(Topic.ACTING, "session 4711", {"sql": "SELECT pg_terminate_backend(4711)"})

    def acting() -> tuple[Room, tuple[Entry, ...]] | None:
        found = watching.look()
        return found if found is not None and found[1][-1].topic is Topic.ACTING else None

    found = eventually(acting, 2.0)
    assert found is not None
    assert found[1][-1].details["sql"] == "SELECT pg_terminate_backend(4711)"
    assert found[0].wheel is not None
    assert (found[0].wheel.name, found[0].standing) == ("Ann (deploy)", Standing.THEIRS)


def test_the_files_are_for_the_group_and_the_window_for_all_to_see(room: Path, ann: Seat) -> None:
    eventually(lambda: window_of(room, INCIDENT).exists())
    desk = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (room / "desk").iterdir()}
    assert set(desk.values()) == {0o660}
    assert {"journal.db", "room.db"} <= set(desk)
    assert stat.S_IMODE((room / "desk").stat().st_mode) == 0o2770
    assert stat.S_IMODE(window_of(room, INCIDENT).stat().st_mode) == 0o644


_TRIES = """
import os, sqlite3, sys
from pathlib import Path
room, window = Path(sys.argv[1]), Path(sys.argv[2])
os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[3]))
def tries():
    link = sqlite3.connect(room / "desk" / "journal.db")
    link.execute("INSERT INTO entries SELECT n + 1, at, incident, 'bob', os_user, origin, database_user, 'agreed',"
                 " 'yes', '{}', hash, hash FROM entries ORDER BY n DESC LIMIT 1")
    link.commit()
def signs(): (room / "desk" / "signed-agreed-1").write_text("1 x")
def there(): sqlite3.connect(room / "desk" / "room.db").execute("DELETE FROM halfway_members")
def writes(): window.write_text("{}")
def replaces(): Path("/tmp/x-of-nobody").write_text("{}"); os.replace("/tmp/x-of-nobody", window)
def removes(): window.unlink()
for act in (tries, signs, there, writes, replaces, removes):
    try:
        act()
    except (OSError, sqlite3.Error):
        continue
    print(act.__name__)
print(len(window.read_bytes()) > 2)
"""


def test_an_observers_login_can_add_no_approval_and_change_nothing_that_is_put_up(room: Path, ann: Seat) -> None:
    """With a sqlite3 of its own, as another user of the machine."""
    assert os.geteuid() == 0, "only root can be another user: run the tests as root"
    window = window_of(room, INCIDENT)
    eventually(window.exists)
    told = subprocess.run(
        [sys.executable, "-I", "-c", _TRIES, str(room), str(window), str(NOBODY)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (told.stdout, told.stderr) == ("True\n", "")
    assert [entry.topic for entry in ann.journal.entries()] == [Topic.JOINED, Topic.WHEEL]


def test_an_observer_finds_out_that_nobody_puts_up_anything_any_more(room: Path, ann: Seat) -> None:
    window = window_of(room, INCIDENT)
    eventually(window.exists)
    ann.close()
    old = window.stat().st_mtime - 60
    os.utime(window, (old, old))
    found = Watching(room, INCIDENT).look()
    assert found is not None
    assert found[0].trouble.startswith("no responder's console has been heard of for 6")


def test_a_window_that_anybody_can_write_is_not_looked_through(room: Path) -> None:
    (room / "window").chmod(0o777)
    with pytest.raises(UsageFault, match="anybody can write"):
        Watching(room, INCIDENT)


def test_what_is_no_room_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="no room"):
        Watching(tmp_path / "none", INCIDENT)
    with pytest.raises(UsageFault, match="there is no room"):
        wished(str(tmp_path / "none"), None, None, None, {})
    (tmp_path / "desk").mkdir(mode=0o700)
    with pytest.raises(UsageFault, match="not a folder of one group"):
        wished(str(tmp_path), None, None, None, {})
    with pytest.raises(UsageFault, match="Give one of them"):
        wished(str(tmp_path), None, None, "journal.db", {})
    with pytest.raises(UsageFault, match="there is no group"):
        make_room(tmp_path / "new", "no-such-group")


def test_a_line_that_was_changed_behind_the_window_says_so(ann: Seat) -> None:
    document = json.loads(json.dumps(put_up(ann.look(), ann.entries, INCIDENT)))
    document["entries"][0]["text"] = "Bob joins"
    found = looked_up(document, INCIDENT)
    assert found is not None
    assert found[1][0].text == "(this line is not as it was written) Bob joins"


def test_only_the_last_lines_are_put_up(ann: Seat) -> None:
    for n in range(LINES + 5):
        ann.journal.append(Topic.NOTE, f"note {n}")
    found = looked_up(put_up(ann.look(), ann.entries, INCIDENT), INCIDENT)
    assert found is not None
    assert len(found[1]) == LINES


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda kids: st.lists(kids, max_size=3)
                    | st.dictionaries(st.sampled_from(["halfway_room", "incident", "members", "entries", "wheel", "n"]),
                                      kids, max_size=6), max_leaves=12))  # fmt: skip
def test_whatever_stands_there_is_a_room_or_nothing(found: object) -> None:
    told = looked_up(found, INCIDENT)
    assert told is None or told[0].run == ""
