"""ALGORITHM= and LOCK= written into statements, and tried on copies of the tables on a scratch server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.cli.preflight_shadow import proofs
from console.core.faults import UsageFault
from console.core.preflight.algorithm import COPY, INSTANT, NOCOPY, ONLINE, Manner, asked, manners, own
from console.core.preflight.algorithm_told import settled
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Ground
from console.dialects.mysql.link import MySQLLink
from tests.builders import SERVER
from tests.core.hazard_cases import MY_MORE_TABLES, MY_TABLES
from tests.mysql_servers import MyConnect, ask, open_connection, run
from tests.preflight.grounds import ground, sized, unit
from tests.scratch import my_scratch
from tests.test_snapshot_cli import halfway

__all__ = ["my_scratch"]
HEAD = "alter table c ALGORITHM=INSTANT, "
ASKED = (
    ("alter table c add column x int", INSTANT, "mysql", f"{HEAD}add column x int"),
    ("alter table c comment 'a, algorithm=copy'", INSTANT, "mysql", f"{HEAD}comment 'a, algorithm=copy'"),
    ("alter table c lock=none, drop lock", COPY, "mysql", "alter table c ALGORITHM=COPY, LOCK=SHARED, drop lock"),
    (
        "ALTER TABLE `a.b`.`t``x` ADD (x int, y int), algorithm = copy , LOCK=SHARED",
        ONLINE,
        "mysql",
        "ALTER TABLE `a.b`.`t``x` ALGORITHM=INPLACE, LOCK=NONE, ADD (x int, y int)",
    ),
    (
        "create index i on c (a) lock none algorithm inplace",
        NOCOPY,
        "mariadb",
        "create index i on c (a) ALGORITHM=NOCOPY LOCK=NONE",
    ),
    ("drop index i on lab.c", ONLINE, "mysql", "drop index i on lab.c ALGORITHM=INPLACE LOCK=NONE"),
    (
        "drop index if exists i on lab.c",
        ONLINE,
        "mariadb",
        "ALTER TABLE lab.c ALGORITHM=INPLACE, LOCK=NONE, DROP index if exists i",
    ),
    (
        "alter table if exists c wait 5 add x int",
        INSTANT,
        "mariadb",
        "alter table if exists c wait 5 ALGORITHM=INSTANT, add x int",
    ),
    (
        "alter table c partition by hash (id)",
        COPY,
        "mysql",
        "alter table c ALGORITHM=COPY, LOCK=SHARED partition by hash (id)",
    ),
    ("alter table c drop partition p0", INSTANT, "mariadb", None),
    ("alter table /*!80000 c */ add x int", INSTANT, "mysql", None),
    ("create table c (id int)", INSTANT, "mysql", None),
)


@pytest.mark.parametrize(("sql", "manner", "dialect", "written"), ASKED, ids=[row[0][:40] for row in ASKED])
def test_a_clause_is_written_where_it_can_stand(sql: str, manner: Manner, dialect: str, written: str | None) -> None:
    assert asked(sql, manner, dialect) == written


def test_what_a_statement_asks_for_itself_is_seen() -> None:
    assert own("alter table c add x int, algorithm = inplace, lock none", "mysql") == "ALGORITHM=INPLACE, LOCK=NONE"
    assert own("alter table c add `algorithm` int", "mysql") == ""


def test_a_server_is_asked_for_what_it_knows() -> None:
    assert INSTANT not in manners("mysql", 80_011)
    assert manners("mysql", 80_012)[0] == INSTANT
    assert Manner("COPY", "NONE") in manners("mariadb", 110_400)
    assert Manner("COPY", "NONE") not in manners("mariadb", 101_119)


def test_postgresql_and_sqlite_have_nothing_to_try() -> None:
    read = ground("create table t (id int);", unit("alter table t add x int"))
    (finding,) = proofs(read, "postgresql://nowhere.invalid/x")
    assert (finding.rule, finding.severity) == ("pg-no-algorithm", Severity.INFO)
    with pytest.raises(UsageFault, match="SQLite"):
        proofs(replace(read, server=replace(SERVER, dialect="sqlite")), "mysql://nowhere.invalid/x")


TRIED = """
alter table c add column a1 int;
alter table c modify g bigint;
alter table c add column a2 int, add index ia (a2);
alter table c add constraint f9 foreign key (p_id) references p (id);
alter table p rename column id to idd;
alter table ft2 force;
alter table ai engine=myisam;
alter table c modify u int unsigned, algorithm=inplace, lock=none;
create index i9 on rows1 (a);
alter table chi drop index ka;
alter table rows1 rename to rows2;
alter table pe add column x int;
alter table pl modify a bigint;
alter table ph add column x int, add index ix (x);
alter table {home}.c add column x int;
create table fresh (id int primary key);
alter table fresh add column y int;
"""


def by_number(found: tuple[Finding, ...]) -> dict[int, Finding]:
    """Each finding under the number of its statement."""
    return {finding.n: finding for finding in found}


@pytest.fixture
def read(my_connect: MyConnect, my_link: MySQLLink) -> Ground:
    """The tables of the measurements, and what is to be tried."""
    connection = my_connect()
    for sql in f"{MY_TABLES}{MY_MORE_TABLES}".split(";\n"):
        if sql.strip():
            ask(connection, sql)
    on, schema = my_link.server(), sized(my_link.schema())
    return ground(schema, unit(TRIED.format(home=schema.home), dialect=on.grammar, home=schema.home), server=on)


def test_the_scratch_server_says_how_it_is_done(read: Ground, my_scratch: URL) -> None:
    mariadb = read.server.dialect == "mariadb"
    found = by_number(proofs(read, str(my_scratch.render_as_string(hide_password=False))))
    assert "took ALGORITHM=INSTANT" in found[1].why
    assert (found[1].rewrite, found[1].blocks, found[1].severity) == (False, "nothing", Severity.INFO)
    assert "took ALGORITHM=COPY, LOCK=SHARED" in found[2].why
    assert "1846" in found[2].why
    assert (found[2].rewrite, found[2].blocks) == (True, "writes")
    assert "took ALGORITHM=INPLACE, LOCK=NONE" in found[3].why
    assert found[3].rewrite is True
    assert "took ALGORITHM=COPY" in found[4].why
    assert f"took ALGORITHM={'INSTANT' if mariadb else 'INPLACE'}" in found[5].why
    assert f"took ALGORITHM={'INPLACE, LOCK=SHARED' if mariadb else 'COPY'}" in found[6].why
    assert ("wrote the table anew all the same" in found[7].why) is mariadb
    assert "It refused ALGORITHM=INPLACE, LOCK=NONE" in found[8].why
    assert found[9].steps[1].startswith("create index i9 on rows1 (a) ALGORITHM=")
    assert (found[10].severity, "1553" in found[10].why) == (Severity.BLOCK, True)
    assert found[11].severity is Severity.INFO
    assert "took ALGORITHM=INSTANT" in found[12].why
    assert "took ALGORITHM=COPY" in found[13].why
    assert "was written anew" in found[14].why
    assert (found[15].rule, found[15].about) == ("unknown-algorithm", About.UNKNOWN)
    assert "call the scratch database so" in found[15].why
    assert not {16, 17} & set(found)
    with open_connection(my_scratch) as connection:
        assert ask(connection, "SHOW TABLES") == []


def test_production_is_never_tried_on(read: Ground, my_database: URL, my_scratch: URL) -> None:
    with pytest.raises(UsageFault, match="is on the server of the incident"):
        proofs(read, my_database.render_as_string(hide_password=False))
    other = replace(read, server=replace(read.server, version_number=read.server.version_number - 1, version="8.0.1"))
    first = replace(other, units=(replace(other.units[0], statements=other.units[0].statements[:1]),))
    (finding,) = proofs(first, my_scratch.render_as_string(hide_password=False))
    assert "which may do it in another way" in finding.why


def test_the_command_takes_a_scratch_database(my_database: URL, my_scratch: URL, tmp_path: Path) -> None:
    run(my_database, "CREATE TABLE orders (id int PRIMARY KEY, n int)")
    script = tmp_path / "next.sql"
    script.write_text("ALTER TABLE orders ADD COLUMN carrier varchar(40);\n")
    plain, shadow = (url.render_as_string(hide_password=False) for url in (my_database, my_scratch))
    answer = halfway("preflight", plain, "--sql", str(script), "--shadow", shadow, "--json")
    (found,) = (one for one in json.loads(answer.out)["findings"] if one["rule"] == "my-algorithm-proof")
    assert "took ALGORITHM=INSTANT" in found["why"]
    assert found["steps"][1] == "ALTER TABLE orders ALGORITHM=INSTANT, ADD COLUMN carrier varchar(40)"


def test_what_the_server_answered_is_no_longer_unknown() -> None:
    doubt = Finding("unknown-statement", Severity.MED, About.UNKNOWN, "", migration="1", file="a.sql", n=3)
    proof = replace(doubt, rule="my-algorithm-proof")
    other = replace(doubt, n=4)
    assert tuple(settled((doubt, proof, other))) == (proof, other)
