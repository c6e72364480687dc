"""Scripts that are named: told when they are written for another kind of server, and when a run is left half done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.cli.preflight_sql import scripts
from console.core.faults import UsageFault
from console.core.judge import assess
from console.core.migration import Tracked
from console.core.preflight.finding import Finding
from console.core.preflight.judging import judged
from console.core.preflight.reporting import ground_of, report_of
from tests.builders import SERVER, observation, pending, recorded, schema_after, tracking
from tests.preflight.grounds import ground, sized, unit

TABLE = "create table t (id bigint primary key, engine text);"


def _told(sql: str, dialect: str) -> list[Finding]:
    server = replace(SERVER, dialect={"postgres": "postgresql"}.get(dialect, dialect), version_number=160_004)
    judged_ = judged(ground(TABLE, unit(sql, "a.sql", framework="", dialect=dialect), server=server))
    return [finding for finding in judged_ if finding.rule == "unknown-dialect"]


@pytest.mark.parametrize(
    ("sql", "dialect", "sign"),
    [
        ("alter table t add x int auto_increment", "postgres", "auto_increment"),
        ("select 1; alter table `t` add x int", "postgres", "`"),
        ("create index concurrently i on t (engine)", "mysql", "concurrently"),
        ("update t set id = engine::bigint", "mariadb", "::"),
        ("alter table t add x jsonb", "mysql", "jsonb"),
    ],
    ids=["word", "mark", "concurrently", "cast", "type"],
)
def test_sql_for_another_server_is_told_once_with_what_shows_it(sql: str, dialect: str, sign: str) -> None:
    (finding,) = _told(f"{sql}; {sql}", dialect)
    assert finding.why.startswith(f"{sign} is ")


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        (
            "alter table t add column tinyint_ int; update t set engine = '`' where engine = 'auto_increment'",
            "postgres",
        ),
        ('create table u (id int, "auto_increment" int, tinyint int)', "postgres"),
        ("create table u (id int, jsonb int, bytea int); update u set jsonb = 1 where t.bytea = '::'", "mysql"),
        ("create table u (id int) engine = innodb", "mysql"),
        ("create table u (tinyint, `x`)", "sqlite"),
    ],
    ids=["texts", "names", "names on mysql", "own", "a server that reads all"],
)
def test_names_and_texts_are_no_sign(sql: str, dialect: str) -> None:
    assert _told(sql, dialect) == []


def test_what_a_tool_sends_is_for_its_server() -> None:
    found = judged(ground(TABLE, unit("alter table `t` add x int", framework="flyway")))
    assert "unknown-dialect" not in {finding.rule for finding in found}


@pytest.mark.parametrize(("rows", "severity"), [(100, "low"), (5_000_000, "high")], ids=["small", "large"])
def test_what_ran_is_judged_on_tables_as_large_as_they_are_now(rows: int, severity: str) -> None:
    schema = sized(schema_after(f"{TABLE} create index i on t (engine);"), t=rows)
    made, indexed = unit(TABLE, "1", past=True), unit("create index i on t (engine)", "2", past=True)
    (finding,) = [f for f in judged(ground(schema, made, indexed)) if f.rule == "pg-create-index"]
    assert finding.severity.value == severity


def _left(*tracked: Tracked) -> list[str]:
    seen = observation(schema_after("create table u (id int);"), tracking(*tracked))
    return [f.rule for f in report_of(ground_of(assess(seen))).findings if f.rule.startswith("left-")]


def test_what_an_earlier_run_left_stops_the_next_one() -> None:
    half = pending("2", "create table u (id int); create table v (id int);", transactional=False)
    assert _left(recorded("1", "create table t (id int);"), half) == ["left-hollow", "left-half-applied"]
    assert _left(half, pending("3", "create table w (id int);")) == ["left-half-applied"]


def test_that_something_is_not_there_shows_no_earlier_run_where_nothing_was_ever_recorded() -> None:
    gone = pending("2", "drop table old_one;")
    assert _left(gone, pending("3", "create table w (id int);")) == []
    assert _left(recorded("1", "create table u (id int);"), gone, pending("3", "create table w (id int);")) == [
        "left-unrecorded"
    ]


def test_a_script_too_large_to_be_one_is_refused_before_it_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.cli.preflight_sql.LARGEST_FILE", 10)
    (tmp_path / "ten.sql").write_text("select 1;\n")
    (tmp_path / "eleven.sql").write_text("select 11;\n")
    assert scripts([str(tmp_path / "ten.sql")] * 2) == [(str(tmp_path / "ten.sql"), "select 1;\n")]
    with pytest.raises(UsageFault, match="is larger than"):
        scripts([str(tmp_path / "eleven.sql")])
