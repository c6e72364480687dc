"""The report and the replay of a room in a database: told from there, and a change in it is said."""

from __future__ import annotations

from click.testing import CliRunner
from sqlalchemy.engine import URL

from console.cli.report import report
from console.core.journal import Person
from console.report.document import document
from console.seat import Seat
from console.seeing import Seeing
from console.store.remote import RemotePresence, furnish, open_remote
from screens.__main__ import replay
from tests.room.seats import INCIDENT, member
from tests.room.test_remote import send
from tests.screens.builders import CASES


def went_through(url: URL) -> URL:
    """A room that an incident went through."""
    furnish(url)
    journal = open_remote(url, INCIDENT, Person("deploy"), "ann", {}, frozenset())
    ann = Seat(journal, RemotePresence(journal.room, INCIDENT), member("Ann", "ann"))
    ann.join()
    Seeing(journal, document, ann, lambda: True).keep(CASES["half_applied"](), "a migration stopped halfway")
    ann.close()
    journal.close()
    return url


def test_it_is_told_from_a_room_on_postgresql(database: URL) -> None:
    tells(went_through(database))


def test_it_is_told_from_a_room_on_mysql(my_database: URL) -> None:
    tells(went_through(my_database.set(drivername="mysql+pymysql")))


def tells(room: URL) -> None:
    """Report and replay have what was seen, and say that it was changed."""
    given = ["--room", room.render_as_string(hide_password=False)]
    told = CliRunner().invoke(report, [*given, "--format", "md"])
    assert told.exit_code == 0, told.output
    assert "a migration stopped halfway" in told.stdout
    lines = CliRunner().invoke(replay, given).stdout.splitlines()
    assert [line for line in lines if "Ann  seen  a migration stopped halfway" in line]
    assert not any("NOT TRUSTED" in line or "[" in line for line in lines)

    send(room, "UPDATE halfway_entries SET entry = REPLACE(entry, 'stopped halfway', 'ended') WHERE topic = 'seen'")
    changed = CliRunner().invoke(replay, given)
    assert changed.exit_code == 1
    assert "was changed after it was written" in changed.stderr
    assert all("NOT TRUSTED" in line for line in changed.stdout.splitlines())
