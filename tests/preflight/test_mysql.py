"""What preflight says of a migration on MySQL and MariaDB besides the cost of each statement."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.core.hazards import hazard_of
from console.core.preflight.finding import About, Severity
from console.core.preflight.mysql_session import as_set
from console.core.statements import read_script
from tests.core.hazard_cases import MY_TABLES, my_rows, schema_of
from tests.preflight.grounds import rules
from tests.preflight.my_grounds import my_found, my_server, one

BOTH = pytest.mark.parametrize("dialect", ["mysql", "mariadb"])


@BOTH
def test_ddl_commits_what_came_before_it(dialect: str) -> None:
    mixed = "update c set g = 2;\nalter table c add column x int;\nupdate c set x = 1;"
    finding = one("my-implicit-commit", mixed, dialect)
    assert finding.about is About.GROUP
    assert finding.severity is Severity.MED
    assert "my-implicit-commit" not in rules(my_found("alter table c add column x int", dialect))


def test_begin_around_ddl_is_told() -> None:
    assert one("my-implicit-commit", "BEGIN;\nalter table c add column x int;\ndrop table em;\nCOMMIT;").severity is (
        Severity.MED
    )


@BOTH
def test_a_wait_without_end_is_told_once_for_the_run(dialect: str) -> None:
    on = my_server(dialect, lock_wait_timeout="31536000")
    sql = "alter table c add column x int"
    assert "31,536,000 s" in one("my-no-lock-wait-timeout", sql, dialect, on).why
    for better in (f"SET SESSION lock_wait_timeout = 5;\n{sql}", "create table brand_new (id int primary key)"):
        assert "my-no-lock-wait-timeout" not in rules(my_found(better, dialect, on))
    assert "my-no-lock-wait-timeout" not in rules(my_found(sql, dialect, my_server(dialect, lock_wait_timeout="50")))


def test_settings_that_do_not_do_what_they_are_set_for() -> None:
    sql = "SET SESSION max_execution_time = 30000;\nSET SESSION wait_timeout = 28800;\nalter table c add column x int;"
    assert {"my-max-execution-time", "my-wait-timeout-advice"} <= rules(my_found(sql))
    assert "my-max-execution-time" not in rules(my_found(sql, "mariadb"))
    quiet = "SET SESSION lock_wait_timeout = 5;\nalter table c add column x int;"
    assert not {"my-max-execution-time", "my-wait-timeout-advice"} & rules(my_found(quiet))


@BOTH
def test_locking_the_ledger_keeps_nobody_off(dialect: str) -> None:
    sql = "LOCK TABLES schema_migrations WRITE;\nalter table c add column x int;\nUNLOCK TABLES;"
    assert "1100" in one("my-lock-tables-ledger", sql, dialect).why


@BOTH
def test_rows_of_an_engine_without_transactions_stay(dialect: str) -> None:
    assert "MYISAM" in one("my-engine-myisam", "update mi set v = 2", dialect).why


def test_numbering_rows_by_statement_differs_on_replicas() -> None:
    sql = "alter table nopk add column id bigint not null auto_increment primary key"
    for mode, told in (("STATEMENT", True), ("MIXED", True), ("ROW", False)):
        on = my_server("mysql", log_bin="ON", binlog_format=mode)
        assert ("my-sbr-auto-inc" in rules(my_found(sql, on=on))) is told
    assert "not known" in one("my-sbr-auto-inc", sql).why


def test_a_lenient_server_cuts_values() -> None:
    sql = "alter table c modify v60 varchar(10)"
    assert one("my-sql-mode", sql, on=my_server("mysql", sql_mode="NO_ENGINE_SUBSTITUTION")).severity is Severity.HIGH
    strict = my_server("mysql", sql_mode="STRICT_TRANS_TABLES")
    assert "my-sql-mode" not in rules(my_found(sql, on=strict))
    lenient = f"SET SESSION sql_mode = '';\n{sql};"
    assert "my-sql-mode" in rules(my_found(lenient, on=strict))


@BOTH
def test_a_long_change_keeps_replicas_waiting(dialect: str) -> None:
    on = my_server(dialect, log_bin="ON")
    assert "my-replica-lag" in rules(my_found("alter table c modify g bigint", dialect, on))
    assert "my-replica-lag" not in rules(
        my_found("alter table c modify g bigint", dialect, my_server(dialect, log_bin="OFF"))
    )
    assert "my-replica-lag" not in rules(my_found("alter table c add column x int", dialect, on))


def test_what_is_designed_to_fail_later() -> None:
    assert "my-no-primary-key" in rules(my_found("create table logs (a int, b int)"))
    refused = my_server("mysql", sql_require_primary_key="ON")
    assert one("my-no-primary-key", "create table logs (a int)", on=refused).severity is Severity.BLOCK
    assert "my-dupe-index" in rules(my_found("alter table c add index i9 (v20)"))
    assert "my-dupe-index" not in rules(my_found("alter table c add index i9 (v20, g)"))
    assert "my-zero-date" in rules(my_found("alter table c add column x date not null default '0000-00-00'"))
    assert "my-definer" in rules(my_found("create definer = `boss`@`%` view v as select 1 as a"))
    old = my_server("mysql", explicit_defaults_for_timestamp="OFF")
    assert "my-zero-timestamp" in rules(my_found("alter table c add column x timestamp", on=old))


@BOTH
def test_a_foreign_key_is_judged_by_what_the_file_sets_before(dialect: str) -> None:
    key = "alter table c add constraint f9 foreign key (p_id) references p (id)"
    slow = one("my-add-fk-fk-checks-1", key, dialect)
    assert (slow.severity, slow.rewrite, slow.blocks) == (Severity.CRIT, True, "writes")
    assert "count(*)" in slow.steps[1]
    quick = one("my-add-fk-fk-checks-0", f"SET FOREIGN_KEY_CHECKS = 0;\n{key};", dialect)
    assert (quick.severity, quick.rewrite, quick.blocks) == (Severity.LOW, False, "nothing")
    assert "no row that is there is ever checked" in quick.why


@BOTH
def test_what_laravel_sets_is_seen_from_its_line_on(dialect: str) -> None:
    text = "// Schema::disableForeignKeyConstraints();\nSchema::disableForeignKeyConstraints();\nSchema::table('c');"
    on = my_server(dialect, foreign_key_checks="ON")
    told = [as_set(on, text, line).setting("foreign_key_checks") for line in (1, 2, 3)]
    assert told == ["ON", "0", "0"]
    assert as_set(on, "SET GLOBAL foreign_key_checks = 0;", 1) is on


REFUSED = (
    ("mysql", "alter table c add column if not exists x int", "my-add-column-if-not-exists", "1064"),
    ("mysql", "alter table c drop index if exists k1", "my-drop-index-if-exists", "1064"),
    (
        "mysql",
        "alter table c add column x char(36) default (uuid())",
        "my-add-column-default-non-const-expr-uuid",
        "1674",
    ),
    ("mysql", "alter table c add column x text default 'a'", "my-add-column-text-default", "1101"),
    ("mysql", "alter table gc modify vg int", "my-alter-virtual-expr", "3106"),
    ("mysql", "alter table chi modify a bigint", "my-type-of-foreign-key", "3780"),
    ("mysql", "alter table chi drop index ka", "my-drop-index-of-foreign-key", "1553"),
    ("mysql", "alter table fkc drop column pid", "my-drop-column-of-foreign-key", "1828"),
    ("mysql", "alter table gc drop column n", "my-drop-base-of-generated", "3108"),
    ("mysql", "drop table p", "my-table-pointed-at", "3730"),
    ("mysql", "truncate table p", "my-table-pointed-at", "1701"),
    ("mysql", "alter table c modify g bigint, algorithm=inplace", "my-algorithm-refused", "1845"),
    ("mysql", "alter table c add index i9 (g), algorithm=instant", "my-algorithm-refused", "1845"),
    ("mariadb", "alter table c add index i9 ((g + 1))", "my-add-functional-index", "1064"),
    ("mariadb", "alter table c drop check ck1", "my-drop-check", "1064"),
    ("mariadb", "alter table c alter index k1 invisible", "my-index-invisible-ignored", "1064"),
    ("mariadb", "alter table gc modify vg int", "my-alter-virtual-expr", "1907"),
)


@pytest.mark.parametrize(("dialect", "sql", "rule", "number"), REFUSED, ids=[f"{r[0]} {r[1][:50]}" for r in REFUSED])
def test_what_the_server_will_refuse_is_told_with_its_error(dialect: str, sql: str, rule: str, number: str) -> None:
    finding = one(rule, sql, dialect)
    assert finding.severity is Severity.BLOCK
    assert number in finding.why


def test_a_clause_of_its_own_is_no_worse_than_all_together() -> None:
    finding = one("my-type-change", "alter table c add column x int, modify g bigint")
    assert finding.steps == (
        "SET SESSION lock_wait_timeout = 5",
        "alter table c ALGORITHM=INSTANT, add column x int",
        "alter table c ALGORITHM=COPY, LOCK=SHARED, modify g bigint",
    )


def test_an_older_server_is_asked_for_what_it_knows() -> None:
    sql = "alter table c add column x int"
    assert (
        one("my-add-column-nullable-last", sql, on=my_server("mysql", 80_011))
        .steps[1]
        .startswith("alter table c ALGORITHM=INPLACE, LOCK=NONE")
    )
    assert (
        one("my-add-column-nullable-last", sql, on=my_server("mysql", 80_036))
        .steps[1]
        .startswith("alter table c ALGORITHM=INSTANT")
    )


def test_what_code_no_longer_finds_is_of_that_severity() -> None:
    assert one("my-rename-column", "alter table c rename column g to gg").severity is Severity.APP


def test_the_document_has_each_measurement_with_its_rule() -> None:
    text = (Path(__file__).parents[2] / "docs" / "preflight_mysql.md").read_text(encoding="utf-8")
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines()]
    written = {row[0]: row[1:] for row in rows if len(row) == 3}
    told = dict[str, list[str]]()
    for row in my_rows():
        (statement,) = read_script(row.sql, row.dialect, "lab")
        hazard = hazard_of(statement, row.server, schema_of(MY_TABLES, dialect=row.dialect, home="lab"))
        refused = next((part.rule for part in hazard.parts if part.refused), "")
        told.setdefault(row.name.replace("|", " "), []).append(refused or hazard.rule or "unknown-statement")
    assert len(told) == 106
    assert {name: written.get(name) for name in told} == {name: tuple(pair) for name, pair in told.items()}


def test_a_galera_cluster_is_written_by_nobody_meanwhile() -> None:
    cluster = replace(my_server("mariadb"), notes=("It is a node of the Galera cluster shop.",))
    assert "my-galera-order" in rules(my_found("alter table c modify g bigint", "mariadb", cluster))
    assert "my-galera-order" not in rules(my_found("alter table c add column x int", "mariadb", cluster))


def test_of_what_only_speaks_the_language_nothing_is_known() -> None:
    tidb = replace(my_server("mysql", lock_wait_timeout="31536000"), foreign="TiDB")
    assert rules(my_found("alter table c modify g bigint", on=tidb)) >= {"unknown-statement"}
    assert not any(rule.startswith("my-") for rule in rules(my_found("alter table c modify g bigint", on=tidb)))


MISSING = (
    ("alter table nowhere add column x int", "my-table-missing", "1146"),
    ("alter table c add column g int", "my-column-there", "1060"),
    ("create index k1 on c (g)", "my-index-there", "1061"),
    ("create table c (id int primary key)", "my-table-there", "1050"),
    ("alter table c drop column zzz", "my-column-missing", "1091"),
    ("alter table c rename column zzz to y", "my-column-missing", "1054"),
    ("drop index zzz on c", "my-index-missing", "1091"),
    ("drop table zzz", "my-table-missing", "1051"),
)


@pytest.mark.parametrize(("sql", "rule", "number"), MISSING, ids=[row[0] for row in MISSING])
def test_what_is_there_already_or_is_not_there_is_refused(sql: str, rule: str, number: str) -> None:
    assert number in one(rule, sql).why
    assert rule not in rules(my_found(sql, past=True))


@BOTH
def test_what_comes_in_the_same_run_is_there(dialect: str) -> None:
    sql = "create table n1 (id int primary key);\nalter table n1 add column x int;\nalter table c change g gg int;\n"
    sql += "alter table c drop column gg, add column gg int;\ndrop table if exists never;"
    found = rules(my_found(sql, dialect))
    assert not {rule for rule in found if rule.endswith(("-missing", "-there"))}
    assert "my-drop-nothing" in found


@BOTH
def test_what_the_run_itself_has_made_may_go_again(dialect: str) -> None:
    sql = "create table n1 (id int primary key);\ntruncate table n1;\ndrop table n1;"
    assert one("my-drop-table", sql, dialect).severity is Severity.LOW
    assert one("my-truncate-table", sql, dialect).severity is Severity.LOW
    assert one("my-drop-table", "drop table em", dialect).severity is Severity.CRIT
