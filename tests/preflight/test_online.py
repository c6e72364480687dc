"""The lines for online tools: what must hold for them, how they are quoted, and that the real tool takes them."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.moment import Moment
from console.core.preflight.finding import About, Finding
from console.core.preflight.judging import judged
from console.core.preflight.now import Now
from console.core.schema import Kind, Schema
from console.core.storage import Room
from console.dialects.mysql.link import MySQLLink
from tests.builders import schema_after
from tests.mysql_servers import MyConnect, MyServer, ask
from tests.preflight.grounds import found as pg_found
from tests.preflight.grounds import ground, rules, sized, unit
from tests.preflight.my_grounds import my_server
from tests.tools.percona import toolkit

ORDERS = """
create table customers (id int primary key) engine=innodb;
create table orders (id int primary key, customer_id int, n int, note varchar(20),
    constraint of_customer foreign key (customer_id) references customers (id)) engine=innodb;
create table items (id int primary key, order_id int,
    constraint of_order foreign key (order_id) references orders (id)) engine=innodb;
create table plain (id int primary key, n int, `odd, name` int) engine=innodb;
create table ticked (id int primary key, n int, `a``b` int) engine=innodb;
create table keyless (n int) engine=innodb;
create table watched (id int primary key, n int) engine=innodb;
create trigger tg before insert on watched for each row set new.n = 1;
"""
REMARK = "it''s $HOME; `x`"
ROW = {"log_bin": "ON", "binlog_format": "ROW", "binlog_row_image": "FULL", "port": "3306"}


def schema(dialect: str = "mysql", **rows: int) -> Schema:
    """The tables, all large but those named."""
    return sized(schema_after(ORDERS, dialect=dialect, home="shop"), **rows)


def told(
    sql: str, dialect: str = "mysql", tables: Schema | None = None, settings: dict[str, str] | None = None
) -> dict[str, Finding]:
    """The findings about tools, by their rule."""
    held = tuple((ROW if settings is None else settings).items())
    on = replace(my_server(dialect), settings=held, host="db1", user="app", home="shop")
    given = ground(tables or schema(dialect), unit(sql, dialect=dialect, home="shop"), server=on)
    return {f.rule: f for f in judged(given) if f.rule in ("my-pt-osc", "my-gh-ost-needs")}


def test_both_tools_are_offered_for_a_large_table_that_is_written_anew() -> None:
    tools = told("alter table plain modify n bigint")
    dry, run = (shlex.split(line) for line in tools["my-pt-osc"].steps)
    assert dry[:2] == ["pt-online-schema-change", "--dry-run"]
    assert run[:2] == ["pt-online-schema-change", "--execute"]
    assert run[-3:] == ["--alter", "modify n bigint", "h=db1,P=3306,u=app,D=shop,t=plain"]
    assert {"--ask-pass", "--no-drop-old-table"} <= set(run)
    noop, does = (shlex.split(line) for line in tools["my-gh-ost-needs"].steps)
    assert does == [*noop, "--execute"]
    assert {"--ask-pass", "--table=plain", "--alter=modify n bigint", "--allow-on-master"} <= set(noop)
    assert tools["my-pt-osc"].about is About.WAY


def test_no_line_drops_or_guesses_or_holds_a_password() -> None:
    lines = " ".join(line for f in told("alter table orders modify n bigint").values() for line in f.steps)
    assert "drop_swap" not in lines
    assert "auto" not in lines
    assert "--alter-foreign-keys-method=rebuild_constraints" in lines
    assert "--password" not in lines
    assert "p=" not in lines.replace("map=", "")


@pytest.mark.parametrize("sql", ["alter table plain add column x int", "alter table plain add index i (n)"])
def test_what_nobody_waits_for_needs_no_tool(sql: str) -> None:
    assert told(sql) == {}


def test_a_small_table_needs_no_tool_and_one_that_nobody_counted_may() -> None:
    assert told("alter table plain modify n bigint", tables=schema(plain=5000)) == {}
    assert told("alter table plain modify n bigint", tables=schema(plain=0))


FAILS = (
    ("alter table keyless modify n bigint", "my-pt-osc", "no primary key"),
    ("alter table keyless modify n bigint", "my-gh-ost-needs", "no primary key"),
    ("alter table orders modify n bigint", "my-gh-ost-needs", "of_order"),
    ("alter table ticked modify n bigint", "my-pt-osc", "backtick"),
    ("alter table customers add column x int, add constraint c check (id > 0)", "my-gh-ost-needs", "of_customer"),
    ("alter table watched modify n bigint", "my-gh-ost-needs", "trigger tg"),
    ("alter table plain change n m bigint", "my-pt-osc", "renames"),
    ("alter table plain modify n bigint, add unique key u (n)", "my-pt-osc", "same value"),
    ("alter table plain drop primary key", "my-gh-ost-needs", "primary key"),
    ("alter table plain modify n bigint, add column x int not null", "my-pt-osc", "without a default"),
    ("alter table orders drop foreign key of_customer, modify n bigint", "my-pt-osc", "DROP FOREIGN KEY"),
)


@pytest.mark.parametrize(("sql", "rule", "why"), FAILS, ids=[f"{row[1]} {row[0][12:48]}" for row in FAILS])
def test_a_precondition_that_fails_takes_the_line_away(sql: str, rule: str, why: str) -> None:
    finding = told(sql)[rule]
    assert finding.steps == ()
    assert "cannot do this" in finding.why
    assert why in finding.why


def test_the_log_that_gh_ost_reads_is_checked() -> None:
    sql = "alter table plain modify n bigint"
    assert "STATEMENT" in told(sql, settings={**ROW, "binlog_format": "STATEMENT"})["my-gh-ost-needs"].why
    assert told(sql, settings={**ROW, "binlog_row_image": "MINIMAL"})["my-gh-ost-needs"].steps == ()
    assert "binlog_format is not known" in told(sql, settings={})["my-gh-ost-needs"].why
    assert "MariaDB is not known" in told(sql, "mariadb")["my-gh-ost-needs"].why


def test_what_was_not_read_is_not_known() -> None:
    unread = replace(schema(), untold={Kind.TRIGGER: "no", Kind.CONSTRAINT: "no"})
    why = told("alter table plain modify n bigint", tables=unread)["my-pt-osc"].why
    assert "Not known" in why
    assert "whether the table has triggers" in why
    assert "whether foreign keys point at the table" in why


def test_triggers_are_kept_and_the_old_table_goes_then() -> None:
    line = told("alter table watched modify n bigint")["my-pt-osc"].steps[1]
    assert "--preserve-triggers" in line
    assert "--no-drop-old-table" not in line


def test_a_clause_that_landed_is_not_in_the_line() -> None:
    finding = told("alter table plain add column n int, modify `odd, name` bigint, drop column gone")["my-pt-osc"]
    assert "Left out, because it is there already: add column n int, drop column gone" in finding.why
    assert shlex.split(finding.steps[0])[-2] == "modify `odd, name` bigint"


def test_free_space_is_told_where_it_was_seen() -> None:
    on = replace(my_server("mysql"), settings=tuple(ROW.items()), home="shop")
    name, size = ("shop", "plain"), 50 << 30
    for free, enough in ((40 << 30, False), (200 << 30, True)):
        now = Now(Moment(sizes=((name, size),)), Room(free))
        given = replace(
            ground(schema(), unit("alter table plain modify n bigint", dialect="mysql", home="shop"), server=on),
            now=now,
        )
        (finding,) = (f for f in judged(given) if f.rule == "my-pt-osc")
        assert bool(finding.steps) is enough
        assert "50.0 GiB" in finding.why


def test_pg_repack_is_offered_for_what_it_does() -> None:
    tables = 'create table orders (id int primary key, n int); create table "Odd ""t" (n int);'
    (finding,) = (f for f in pg_found(tables, "vacuum full orders", transactional=False) if f.rule == "pg-repack")
    assert "the extension pg_repack is not in this database" in finding.why
    assert finding.steps == ()
    with_it = tables + "create extension pg_repack;"
    (finding,) = (f for f in pg_found(with_it, "vacuum full orders", transactional=False) if f.rule == "pg-repack")
    assert '--table="public"."orders"' in shlex.split(finding.steps[1])
    assert "--no-password" in finding.steps[1]
    (finding,) = (f for f in pg_found(with_it, 'vacuum full "Odd ""t"', transactional=False) if f.rule == "pg-repack")
    assert "no primary key" in finding.why
    assert "pg-repack" not in rules(pg_found(tables, "alter table orders alter column n type bigint"))


def test_the_real_tool_takes_the_line(
    my_server: MyServer, my_database: URL, my_connect: MyConnect, my_link: MySQLLink, tmp_path: Path
) -> None:
    connection = my_connect()
    for sql in (
        *ORDERS.split(";\n"),
        "insert into plain values (1, 1, 1), (2, 2, 2)",
        "insert into orders values (1, null, 5, 'a')",
    ):
        if sql.strip():
            ask(connection, sql)
    read, on = sized(my_link.schema()), replace(my_link.server(), host=str(my_database.host))
    home = str(my_database.database)
    changes = f"alter table plain modify `odd, name` bigint comment '{REMARK}', modify n bigint;\n"
    changes += "alter table orders modify note varchar(10);"
    given = ground(read, unit(changes, dialect=on.grammar, home=home), server=on)
    found = [f for f in judged(given) if f.rule == "my-pt-osc"]
    assert len(found) == 2
    for finding in found:
        for line in finding.steps:
            program, *words = shlex.split(line)
            assert program == "pt-online-schema-change"
            with toolkit(tmp_path) as (command, environ):
                given_words = [*(word for word in words if word != "--ask-pass"), "--recursion-method=none"]
                done = subprocess.run(
                    [*command, *given_words], env=environ, text=True, capture_output=True, check=False
                )
            assert done.returncode == 0, done.stdout + done.stderr
    columns = f"information_schema.columns WHERE table_schema = '{home}' AND column_name LIKE 'odd%'"
    odd = f"SELECT column_type, column_comment FROM {columns} AND table_name = 'plain'"
    ((kind, comment),) = ask(connection, odd)
    assert str(kind).startswith("bigint")
    assert comment == REMARK.replace("''", "'")
    assert ask(connection, "SELECT count(*) FROM plain") == [(2,)]
    kept = {name for (name,) in ask(connection, "SHOW TABLES")}
    assert {"_plain_old", "_orders_old"} <= kept
    keys = f"information_schema.referential_constraints WHERE constraint_schema = '{home}' AND table_name = 'items'"
    assert ask(connection, f"SELECT referenced_table_name FROM {keys}") == [("orders",)]
