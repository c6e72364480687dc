"""A room in a database, for people on different machines: the same account, the same wheel, on real servers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from console.core.faults import BarredFault, JournalFault, UsageFault
from console.core.grants import room_grants
from console.core.journal import Person, Topic, broken
from console.core.room.consent import Need
from console.core.room.wheel import Standing
from console.places import room_url
from console.responding import not_the_incidents
from console.seat import Seat
from console.store.remote import RemoteJournal, RemotePresence, furnish, open_remote
from console.store.remote_tables import Room
from console.watching import RemoteWatching
from tests.mysql_servers import run as run_my
from tests.room.seats import INCIDENT, member, plan
from tests.servers import run
from tests.waiting import eventually

Sit = Callable[..., Seat]


@pytest.fixture
def pg_room(database: URL) -> URL:
    """A room on PostgreSQL."""
    furnish(database)
    return database


@pytest.fixture
def my_room(my_database: URL) -> URL:
    """A room on MySQL or MariaDB."""
    url = my_database.set(drivername="mysql+pymysql")
    furnish(url)
    return url


def send(url: URL, *statements: str) -> None:
    """Past all that Halfway does."""
    engine = Room(url).engine
    try:
        with engine.begin() as link:
            for sql in statements:
                link.execute(text(sql))
    finally:
        engine.dispose()


class Rooms:
    """What holds in every room of a database; subclasses say in which."""

    @pytest.fixture
    def sit(self, url: URL) -> Iterator[Sit]:
        """Seats in it; all leave at the end."""
        made: list[Seat] = []

        def maker(name: str, need: Need = Need.NONE, login: URL | None = None) -> Seat:
            journal = open_remote(login or url, INCIDENT, Person("deploy"), name.lower(), {}, frozenset())
            one = Seat(journal, RemotePresence(journal.room, INCIDENT), member(name, name.lower(), need))
            made.append(one)
            one.join()
            return one

        yield maker
        for one in made:
            one.close()
            journal = one.journal
            assert isinstance(journal, RemoteJournal)
            journal.close()

    def test_the_first_takes_the_wheel_and_the_second_takes_it_over_by_typing(self, sit: Sit) -> None:
        ann, bob = sit("Ann"), sit("Bob")
        assert (ann.look().standing, bob.look().standing) == (Standing.MINE, Standing.THEIRS)
        with pytest.raises(BarredFault):
            bob.journal.append(Topic.ACTING, "statement 1")
        assert bob.take("take the wheel from Ann") == ""
        assert ann.look().told == "Bob (deploy) has the wheel."
        assert broken(ann.entries) == ""

    def test_a_plan_waits_for_a_partner(self, sit: Sit) -> None:
        ann, bob = sit("Ann", Need.ALL), sit("Bob")
        ends: list[str] = []
        asks = threading.Thread(
            target=lambda: ends.append(ann.consent(plan(), "", lambda _: None, threading.Event(), 20))
        )
        asks.start()
        request = eventually(lambda: bob.look().asked_of_me)[0]
        assert bob.agree(request, "finish 4") == ""
        asks.join()
        assert ends == [""]

    def test_an_observer_reads_it_and_goes_on_when_it_is_away(self, sit: Sit, url: URL) -> None:
        ann = sit("Ann")
        watching = RemoteWatching(url, INCIDENT)
        ann.journal.append(Topic.NOTE, "hello")
        found = watching.look()
        assert found is not None
        assert (found[1][-1].text, found[0].wheel and found[0].wheel.name) == ("hello", "Ann (deploy)")
        assert [each.member.run for each in found[0].heard] == ["ann"]
        send(url, "ALTER TABLE halfway_entries RENAME TO halfway_away")
        found = watching.look()
        assert found is not None
        assert "cannot be used" in found[0].trouble
        assert found[1][-1].text == "hello"
        send(url, "ALTER TABLE halfway_away RENAME TO halfway_entries")
        watching.stop()

    def test_consoles_that_write_at_once_make_one_chain(self, sit: Sit) -> None:
        seats = [sit(name) for name in ("Ann", "Bob", "Eve")]
        work = [threading.Thread(target=lambda one=one: [one.journal.append(Topic.NOTE, f"{n}") for n in range(15)])
                for one in seats]  # fmt: skip
        for each in work:
            each.start()
        for each in work:
            each.join()
        account = seats[0].journal.entries()
        assert broken(account) == ""
        assert sum(entry.topic is Topic.NOTE for entry in account) == 45

    def test_every_character_survives(self, sit: Sit) -> None:
        ann = sit("Ann")
        letters = st.text(st.characters(exclude_categories=()), max_size=60)

        @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
        @given(letters, letters)
        def survives(words: str, sql: str) -> None:
            written = ann.journal.append(Topic.NOTE, words, {"sql": sql})
            assert ann.journal.entries(written.n - 1) == (written,)

        survives()

    def test_a_line_that_was_changed_is_found(self, sit: Sit, url: URL) -> None:
        ann = sit("Ann")
        send(url, "UPDATE halfway_entries SET entry = REPLACE(entry, 'Ann', 'Eve') WHERE n = 1")
        with pytest.raises(JournalFault, match="entry 1 was changed"):
            ann.journal.entries()

    def test_a_room_that_is_gone_is_said_and_stops_what_acts(self, sit: Sit, url: URL) -> None:
        ann = sit("Ann")
        send(url, "ALTER TABLE halfway_entries RENAME TO halfway_away")
        with pytest.raises(JournalFault, match=r"the room in .* cannot be used"):
            ann.journal.append(Topic.ACTING, "statement 1")
        assert "cannot be used" in ann.look().trouble
        send(url, "ALTER TABLE halfway_away RENAME TO halfway_entries")
        assert ann.look().trouble == ""


@pytest.mark.first_of("a room in a database")
class TestOnPostgreSQL(Rooms):
    """PostgreSQL."""

    @pytest.fixture
    def url(self, pg_room: URL) -> URL:
        """The room."""
        return pg_room

    def test_two_logins_prove_that_two_people_agreed_and_an_observer_can_add_nothing(self, url: URL, sit: Sit) -> None:
        run(url, "DROP ROLE IF EXISTS ann, bob, eve", "CREATE ROLE ann LOGIN", "CREATE ROLE bob LOGIN",
            "CREATE ROLE eve LOGIN", *(line.sql for line in room_grants("postgresql", "") if line.sql),
            "GRANT SELECT ON halfway_entries, halfway_members, halfway_signed TO eve")  # fmt: skip
        ann, bob = (sit(name, Need.ALL, url.set(username=name.lower())) for name in ("Ann", "Bob"))
        assert ann.look().provable
        with pytest.raises(DBAPIError):
            send(url.set(username="bob"), "UPDATE halfway_entries SET topic = 'agreed'")
        for sql in ("INSERT INTO halfway_signed VALUES ('agreed-1', 'x', 'bob')", "DELETE FROM halfway_members",
                    "INSERT INTO halfway_entries SELECT n + 9, incident, topic, hash, entry FROM halfway_entries",
                    ):  # fmt: skip
            with pytest.raises(DBAPIError):
                send(url.set(username="eve"), sql)
        bob.close()
        ann.close()

    def test_the_incidents_own_database_is_refused_by_whatever_name(self, url: URL) -> None:
        with pytest.raises(UsageFault, match="the very database"):
            not_the_incidents(url.set(host="localhost"), url)
        not_the_incidents(url.set(database="postgres"), url)

    def test_a_password_may_come_from_the_environment(self, url: URL) -> None:
        place = url.set(drivername="postgresql").render_as_string(hide_password=False)
        assert room_url(place, {"HALFWAY_ROOM_PASSWORD": "pass"}).password == "pass"
        with pytest.raises(UsageFault, match="is a folder"):
            room_url("sqlite:///x.db", {})


class TestOnMySQL(Rooms):
    """MySQL and MariaDB."""

    @pytest.fixture
    def url(self, my_room: URL) -> URL:
        """The room."""
        return my_room

    def test_an_observer_can_add_nothing(self, url: URL, sit: Sit) -> None:
        sit("Ann")
        users = ("'halfway_room_eve'@'%'",)
        run_my(url, f"DROP USER IF EXISTS {users[0]}", f"CREATE USER {users[0]} IDENTIFIED BY 'a-Long-1-word'",
               f"GRANT SELECT ON `{url.database}`.* TO {users[0]}")  # fmt: skip
        eve = url.set(username="halfway_room_eve", password="a-Long-1-word")
        for sql in ("INSERT INTO halfway_signed VALUES ('agreed-1', 'x', 'bob')", "DELETE FROM halfway_members"):
            with pytest.raises(DBAPIError) as refusal:
                send(eve, sql)
            assert isinstance(refusal.value.orig, pymysql.err.OperationalError)
        run_my(url, f"DROP USER {users[0]}")


def test_a_room_that_is_not_there_is_one_sentence() -> None:
    url = URL.create("postgresql+psycopg", "ann", "secret-word", "127.0.0.1", 1, "rooms")
    with pytest.raises(JournalFault, match="cannot be used") as fault:
        open_remote(url, INCIDENT, Person("ann"), "ann", {}, frozenset())
    assert "secret-word" not in str(fault.value)
