"""The safer ways of MySQL and MariaDB, run as they are printed on a real server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.preflight.judging import judged
from console.dialects.mysql.link import MySQLLink
from tests.core.hazard_cases import MY_MORE_TABLES, MY_TABLES
from tests.mysql_servers import MyConnect, MyConnection, ask
from tests.preflight.grounds import ground, sized, unit

CREATES = tuple(s.strip() for s in f"{MY_TABLES}{MY_MORE_TABLES}".split(";\n") if s.strip())
WRITTEN = (
    "alter table c add column a1 int",
    "alter table c add column a2 int, modify b int",
    "alter table c add column a3 int, add index i3 (a3)",
    "alter table c add column a4 int, drop index k1, rename column l1 to l2",
    "alter table c drop column nn, add column a5 varchar(20) not null default ''",
    "create index i6 on c (g)",
    "alter table c add constraint f7 foreign key (p_id) references p (id)",
    "alter table noai add column w int not null default 1 first",
    "alter table ua add primary key (id)",
    "alter table pe add column x int, add index ix (x)",
    "alter table zc add column x int",
    "alter table p modify x int not null",
    "drop index ka on chi2",
    "alter table gc add column y int as (n * 2) virtual",
    "alter table `rows1` rename column `a` to `odd ``name`",
)
"""One after the other: each finds what the ones before it have left."""
SOME = 14
"""Of which at least so many have steps to be run."""


@pytest.fixture
def prepared(my_connect: MyConnect) -> MyConnection:
    """A connection to a database that has the tables."""
    connection = my_connect()
    for sql in (*CREATES, "create table chi2 (id int primary key, a int, key ka (a))"):
        ask(connection, sql)
    return connection


def test_what_is_printed_is_done_in_the_way_it_says(prepared: MyConnection, my_link: MySQLLink) -> None:
    schema = sized(my_link.schema())
    on = replace(my_link.server(), replica=False)
    written = unit(";\n".join(WRITTEN), dialect=on.grammar, home=schema.home)
    steps = {f.n: f.steps for f in judged(ground(schema, written, server=on)) if f.steps and f.n and f.lock}
    assert len(steps) >= SOME
    for n in sorted(steps):
        for sql in steps[n]:
            rows = ask(prepared, sql)
            if sql.startswith("SELECT count(*)"):
                assert rows == [(0,)]
    unread = on.setting("lock_wait_timeout")
    assert unread.isdigit()
