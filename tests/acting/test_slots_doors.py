"""Which other port of a full MySQL or MariaDB is tried: named, learned, documented."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

from console.core.faults import Fault, FullFault, RefusedFault
from console.dialects.mysql import doors
from console.grip import Grip
from console.lanes.riding import Lender, opened
from console.wiring import Options, find, shown

MYSQL = make_url("mysql+pymysql://ann@db:3306/app")
MARIADB = make_url("mariadb+pymysql://ann@db:3306/app")


@pytest.fixture(autouse=True)
def nothing_learned() -> Iterator[None]:
    doors._known.clear()
    doors._shut.clear()
    yield
    doors._known.clear()
    doors._shut.clear()


def test_the_documented_port_is_tried_of_a_mysql_only() -> None:
    (door,) = doors.doors(MYSQL, {})
    assert (door.url.host, door.url.port, door.port) == ("db", 33062, 3306)
    assert list(doors.doors(MARIADB, {})) == []


@pytest.mark.parametrize("url", [MYSQL, MARIADB], ids=["mysql", "mariadb"])
def test_what_a_person_names_comes_first_and_is_trusted(url: URL) -> None:
    doors.learn(url, {"extra_port": "5000"})
    (by_url,) = doors.doors(url.update_query_dict({"admin_port": "4000"}), {"HALFWAY_ADMIN_PORT": "4001"})
    (by_variable,) = doors.doors(url, {"HALFWAY_ADMIN_PORT": "4001"})
    assert [(d.url.port, d.port) for d in (by_url, by_variable)] == [(4000, 0), (4001, 0)]


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"admin_port": "33062", "admin_address": "10.0.0.7"}, ("10.0.0.7", 33062)),
        ({"admin_port": "4000", "admin_address": "*"}, ("db", 4000)),
        ({"admin_port": "4000", "admin_address": "::"}, ("db", 4000)),
        ({"extra_port": "5000"}, ("db", 5000)),
    ],
    ids=["one address", "any", "any of IPv6", "extra"],
)
def test_what_the_server_said_of_itself_is_used_later(variables: dict[str, str], place: tuple[str, int]) -> None:
    doors.learn(MYSQL, variables)
    (door,) = doors.doors(MYSQL, {})
    assert (door.url.host, door.url.port) == place
    assert door.port == 3306
    assert doors.with_door(MYSQL).query["admin_port"] == str(place[1])


@pytest.mark.parametrize(
    "variables", [{"admin_port": "33062", "admin_address": ""}, {"extra_port": "0"}, {}], ids=["closed", "off", "none"]
)
def test_a_port_on_which_nobody_listens_is_not_learned(variables: dict[str, str]) -> None:
    doors.learn(MARIADB, variables)
    assert list(doors.doors(MARIADB, {})) == []
    assert doors.with_door(MARIADB) is MARIADB


def test_a_port_nobody_named_is_left_alone_for_a_while_after_it_let_nobody_in() -> None:
    (door,) = doors.doors(MYSQL, {})
    doors.shut(door)
    assert list(doors.doors(MYSQL, {})) == []
    named = MYSQL.update_query_dict({"admin_port": "33062"})
    assert [d.url.port for d in doors.doors(named, {})] == [33062]


def test_the_configuration_may_name_it(tmp_path: Path) -> None:
    config = tmp_path / "halfway.toml"
    config.write_text('url = "mariadb://ann@db/app"\nadmin_port = "4000"\n')
    found = find(Options(config=str(config), project=str(tmp_path)), {})
    assert found.database.query["admin_port"] == "4000"
    assert shown(found.database) == "mariadb://ann@db/app?admin_port=4000"


def test_where_nothing_lends_the_server_is_full() -> None:
    def full() -> Grip:
        raise FullFault("it is full")

    grip = Grip(full)  # type: ignore[arg-type]
    with pytest.raises(FullFault):
        grip.hand()
    with pytest.raises(FullFault, match="it is full"):
        opened(full, Lender(grip.ready, grip.lend))  # type: ignore[arg-type]


def test_a_connection_that_is_set_up_for_a_plan_is_lent_to_nobody() -> None:
    grip = Grip(lambda: pytest.fail("it must not be opened"))
    grip.keep()
    with pytest.raises(FullFault, match="at work"):
        grip.lend("server", ())
    with pytest.raises(RefusedFault, match="carries a plan out"):
        grip.asked(lambda hand: hand.count("SELECT 1", 1.0))
    grip.close()


def test_a_connection_somebody_looks_over_is_not_set_up_for_a_plan() -> None:
    class Readable:
        def read(self, name: str, given: tuple[object, ...]) -> str:
            return name

    grip = Grip(Readable)  # type: ignore[arg-type]
    assert grip.lend("server", ()) == "server"
    with pytest.raises(RefusedFault, match="no connection left"):
        grip.keep()


class Slow:
    """A hand that is being opened until somebody says so."""

    def __init__(self) -> None:
        self.began, self.may_end, self.closed = (threading.Event() for _ in range(3))

    def opened(self) -> Slow:
        self.began.set()
        assert self.may_end.wait(10)
        return self

    def close(self) -> None:
        self.closed.set()


def test_one_that_is_just_being_opened_is_closed_too() -> None:
    slow = Slow()
    grip = Grip(slow.opened)  # type: ignore[arg-type]
    opener = threading.Thread(target=grip.hand)
    opener.start()
    assert slow.began.wait(10)
    closer = threading.Thread(target=grip.close)
    closer.start()
    slow.may_end.set()
    opener.join(10)
    closer.join(10)
    assert slow.closed.is_set()


def test_one_that_takes_longer_to_open_than_anybody_waits_is_closed_when_it_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = Slow()
    monkeypatch.setattr("console.grip._CLOSING", 0.05)
    grip, said = Grip(slow.opened), list[Fault]()  # type: ignore[arg-type]

    def opens() -> None:
        try:
            grip.hand()
        except Fault as fault:
            said.append(fault)

    opener = threading.Thread(target=opens)
    opener.start()
    assert slow.began.wait(10)
    grip.close()
    slow.may_end.set()
    opener.join(10)
    assert slow.closed.is_set()
    assert "closed while it was being opened" in str(said[0])
    grip.hand()
