"""How waits for rows are read on MySQL: with the rest of a look where that is the lesser work, and never less true."""

from __future__ import annotations

from typing import Any

import pytest

from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.locks import cheaper_whole
from console.dialects.mysql.wire import Wire
from tests.dialects.my_fixtures import MyWaits
from tests.dialects.test_mysql_sessions import begun, locks_of, orders, waits_for
from tests.mysql_servers import MyConnect, MyConnection
from tests.waiting import eventually

__all__ = ["orders"]
ON_MYSQL = pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
"""MariaDB tells who waits for a row in tables of its own."""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked about rows that somebody waits for."""
    found: list[str] = []
    send = Wire.noticed

    def noted(wire: Wire, sql: str, *more: Any) -> Any:
        found.extend([sql] if "data_lock" in sql else [])
        return send(wire, sql, *more)

    monkeypatch.setattr(Wire, "noticed", noted)
    return found


@ON_MYSQL
def test_a_second_look_asks_nothing_more_than_the_look_itself(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, sent: list[str]
) -> None:
    holders = [begun(my_connect, f"UPDATE orders SET note = 'a' WHERE id = {n}")[1] for n in (1, 2, 3)]
    waiters = [my_waits(f"UPDATE orders SET note = 'b' WHERE id = {n}", state="pdating") for n in (1, 2, 3)]
    expected = set(zip(waiters, holders, strict=True))
    eventually(lambda: waits_for(my_link) == expected)
    sent.clear()
    assert waits_for(my_link) == expected
    assert len(sent) == 1
    assert {lock.object for lock in locks_of(my_link) if lock.kind == "row"} == {"a row of orders"}


@ON_MYSQL
def test_a_wait_that_began_behind_the_look_is_asked_about_by_itself(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, sent: list[str]
) -> None:
    _, first = begun(my_connect, "UPDATE orders SET note = 'a' WHERE id = 1")
    _, second = begun(my_connect, "UPDATE orders SET note = 'a' WHERE id = 2")
    one = my_waits("UPDATE orders SET note = 'b' WHERE id = 1", state="pdating")
    eventually(lambda: waits_for(my_link) == {(one, first)})
    wire = my_link._wire
    wire.last_waits.whole = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("console.dialects.mysql.queries.EVERY_WAIT", "SELECT '1:2:3:4', 0, 0, 0 LIMIT 2000")
        two = my_waits("UPDATE orders SET note = 'b' WHERE id = 2", state="pdating")
        eventually(lambda: waits_for(my_link) == {(one, first), (two, second)})
    assert any("requesting_engine_lock_id IN" in sql for sql in sent)


@ON_MYSQL
def test_of_a_herd_only_the_first_is_asked_about(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    _, holder = begun(my_connect, "UPDATE orders SET note = 'a' WHERE id = 1")
    herd = {my_waits("UPDATE orders SET note = 'b' WHERE id = 1", state="pdating") for _ in range(16)}
    eventually(lambda: waits_for(my_link) == {(one, holder) for one in herd}, seconds=20)
    assert not my_link._wire.last_waits.whole


@pytest.mark.parametrize(
    ("waits", "rows", "whole"),
    [(0, 0, False), (1, 1, True), (49, 49, True), (16, 1, False), (100, 50, False), (1000, 50, False)],
)
def test_which_read_is_less_work(waits: int, rows: int, whole: bool) -> None:
    assert cheaper_whole(waits, rows) is whole
