"""What breaks in code that runs, told apart from what no running code can notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.judging import judged
from tests.builders import SERVER, schema_after
from tests.preflight.grounds import found, ground, sized, unit

TABLES = """
CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE TABLE customers (id bigint PRIMARY KEY, email varchar(100) NOT NULL UNIQUE);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, note text, total integer NOT NULL DEFAULT 0,
  state varchar(20), feeling mood);
CREATE VIEW recent AS SELECT id FROM orders;
CREATE FUNCTION worth(o bigint) RETURNS integer LANGUAGE sql AS 'select 1';
CREATE UNIQUE INDEX orders_state_key ON orders (state);
"""
MY_TABLES = """
CREATE TABLE orders (id bigint PRIMARY KEY, note text, size enum('s','m') NOT NULL, code varchar(20) CHARACTER SET
  utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'x', UNIQUE KEY orders_code (code));
"""


def told(findings: tuple[Finding, ...]) -> dict[str, Severity]:
    """The rules about code, without which deploy it is."""
    return {
        f.rule: f.severity
        for f in findings
        if f.rule.startswith("app-") and not f.rule.startswith(("app-phase", "app-mixed", "app-cached"))
    }


BREAKS = {
    "drop column": ("ALTER TABLE orders DROP COLUMN note", {"app-drop-column": Severity.APP}),
    "drop table": ("DROP TABLE orders", {"app-drop-table": Severity.APP}),
    "drop view": ("DROP VIEW recent", {"app-drop-view": Severity.APP}),
    "drop function": ("DROP FUNCTION worth(bigint)", {"app-drop-routine": Severity.APP}),
    "rename column": ("ALTER TABLE orders RENAME note TO remark", {"app-rename": Severity.APP}),
    "rename table": ("ALTER TABLE orders RENAME TO purchases", {"app-rename": Severity.APP}),
    "move table": ("ALTER TABLE orders SET SCHEMA archive", {"app-rename": Severity.APP}),
    "view left behind": (
        "ALTER TABLE orders RENAME TO purchases; CREATE VIEW orders AS SELECT * FROM purchases",
        {"app-rename": Severity.LOW},
    ),
    "name reused": (
        "ALTER TABLE orders RENAME TO o; ALTER TABLE o DROP COLUMN note",
        {"app-rename": Severity.APP, "app-drop-column": Severity.APP},
    ),
    "force": (
        "DROP TABLE orders; CREATE TABLE orders (id bigint PRIMARY KEY)",
        {"app-create-force": Severity.CRIT},
    ),
    "required column": (
        "ALTER TABLE orders ADD COLUMN carrier text NOT NULL",
        {"app-not-null-without-db-default": Severity.APP},
    ),
    "default taken back": (
        "ALTER TABLE orders ADD COLUMN carrier text DEFAULT '' NOT NULL; ALTER TABLE orders ALTER carrier DROP DEFAULT",
        {"app-not-null-without-db-default": Severity.APP},
    ),
    "not null": ("ALTER TABLE orders ALTER note SET NOT NULL", {"app-not-null": Severity.MED}),
    "null": ("ALTER TABLE orders ALTER customer_id DROP NOT NULL", {"app-drop-not-null": Severity.LOW}),
    "no default": ("ALTER TABLE orders ALTER total DROP DEFAULT", {"app-drop-default": Severity.APP}),
    "shorter": ("ALTER TABLE orders ALTER state TYPE varchar(10)", {"app-narrow-type": Severity.MED}),
    "another kind": ("ALTER TABLE orders ALTER total TYPE text", {"app-narrow-type": Severity.APP}),
    "label": ("ALTER TYPE mood RENAME VALUE 'bad' TO 'sad'", {"app-enum-remove": Severity.APP}),
    "unique": ("CREATE UNIQUE INDEX CONCURRENTLY u ON orders (note)", {"app-new-unique": Severity.MED}),
    "key": (
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT VALID",
        {"app-new-fk": Severity.MED},
    ),
    "check": ("ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0)", {"app-new-check": Severity.MED}),
    "not unique": ("DROP INDEX orders_state_key", {"app-drop-unique": Severity.MED}),
    "renamed twice": (
        "ALTER TABLE orders RENAME note TO n; ALTER TABLE orders RENAME n TO remark",
        {"app-rename": Severity.APP},
    ),
    "view": ("CREATE OR REPLACE VIEW recent AS SELECT id, note FROM orders", {"app-view-changed": Severity.LOW}),
    "rows hidden": ("ALTER TABLE orders ENABLE ROW LEVEL SECURITY", {"app-row-security": Severity.APP}),
}
HARMLESS = {
    "nullable column": "ALTER TABLE orders ADD COLUMN carrier text",
    "column with a default": "ALTER TABLE orders ADD COLUMN carrier text NOT NULL DEFAULT ''",
    "default taken back, nullable": "ALTER TABLE orders ADD c text NOT NULL DEFAULT ''; ALTER TABLE orders ALTER c DROP"
    " NOT NULL; ALTER TABLE orders ALTER c DROP DEFAULT",
    "new table": "CREATE TABLE n (id int NOT NULL); ALTER TABLE n RENAME id TO x; ALTER TABLE n ADD y int NOT NULL",
    "new table gone": "CREATE TABLE n (id int NOT NULL); DROP TABLE n",
    "new column with its key": "ALTER TABLE orders ADD COLUMN c bigint; ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY"
    " (c) REFERENCES customers; CREATE UNIQUE INDEX u ON orders (state, c)",
    "new column gone": "ALTER TABLE orders ADD c int NOT NULL; ALTER TABLE orders DROP c",
    "wider": "ALTER TABLE orders ALTER state TYPE varchar(40); ALTER TABLE orders ALTER total TYPE bigint",
    "unlimited": "ALTER TABLE orders ALTER state TYPE text; ALTER TABLE orders ALTER note TYPE varchar",
    "label added": "ALTER TYPE mood ADD VALUE 'great'",
    "plain index": "CREATE INDEX CONCURRENTLY i ON orders (note); DROP INDEX i",
    "index renamed": "ALTER INDEX orders_state_key RENAME TO k",
    "unique swapped": "CREATE UNIQUE INDEX k2 ON customers (email); ALTER TABLE customers DROP CONSTRAINT "
    "customers_email_key",
    "view made anew": "DROP VIEW recent; CREATE VIEW recent AS SELECT id FROM orders",
    "key made anew": "ALTER TABLE customers DROP CONSTRAINT customers_email_key; ALTER TABLE customers ADD "
    "CONSTRAINT k UNIQUE (email)",
    "renamed back": "ALTER TABLE orders RENAME note TO n; ALTER TABLE orders RENAME n TO note",
    "absent column": "ALTER TABLE orders DROP COLUMN IF EXISTS never_was",
}


@pytest.mark.parametrize(("sql", "wanted"), BREAKS.values(), ids=BREAKS)
def test_what_breaks_running_code(sql: str, wanted: dict[str, Severity]) -> None:
    findings = found(TABLES, sql)
    assert told(findings) == wanted
    for each in findings:
        if each.rule in wanted:
            assert each.about is About.CODE
            assert (each.migration, each.file) == ("1", "sql/V1.sql")
            assert each.n >= 1
            assert each.why.endswith(".")
            assert each.safer.endswith(".")


@pytest.mark.parametrize("sql", HARMLESS.values(), ids=HARMLESS)
def test_what_no_running_code_can_notice(sql: str) -> None:
    assert told(found(TABLES, sql)) == {}


MY_BREAKS = {
    "label gone": ("ALTER TABLE orders MODIFY size enum('s') NOT NULL", {"app-enum-remove": Severity.APP}),
    "label more": ("ALTER TABLE orders MODIFY size enum('s','m','l') NOT NULL", {}),
    "fewer characters": (
        "ALTER TABLE orders CONVERT TO CHARACTER SET latin1",
        {"app-charset": Severity.MED},
    ),
    "modified": (
        "ALTER TABLE orders MODIFY note varchar(20) NOT NULL",
        {"app-narrow-type": Severity.MED, "app-not-null": Severity.MED},
    ),
    "changed": ("ALTER TABLE orders CHANGE note remark text", {"app-rename": Severity.APP}),
    "swapped": (
        "CREATE TABLE orders_new LIKE orders; RENAME TABLE orders TO orders_old, orders_new TO orders",
        {"app-rename": Severity.LOW},
    ),
    "unique key": ("ALTER TABLE orders DROP INDEX orders_code", {"app-drop-unique": Severity.MED}),
}


@pytest.mark.parametrize(("sql", "wanted"), MY_BREAKS.values(), ids=MY_BREAKS)
def test_what_breaks_running_code_on_mysql(sql: str, wanted: dict[str, Severity]) -> None:
    schema = sized(schema_after(MY_TABLES, dialect="mysql", home="shop"))
    server = replace(SERVER, dialect="mysql", version="9.7.4", version_number=90704, home="shop")
    findings = judged(ground(schema, unit(sql, dialect="mysql", home="shop"), server=server))
    assert told(findings) == wanted


def test_sqlites_rebuild_is_judged_by_what_it_comes_to() -> None:
    before = "CREATE TABLE orders (id integer PRIMARY KEY, note text, state varchar(20));"
    rebuild = """CREATE TABLE new__orders (id integer PRIMARY KEY, state varchar(20) NOT NULL, more integer);
        INSERT INTO new__orders SELECT id, state, 1 FROM orders; DROP TABLE orders;
        ALTER TABLE new__orders RENAME TO orders"""
    schema = schema_after(before, dialect="sqlite", home="main")
    server = replace(SERVER, dialect="sqlite", version="3.40", version_number=34000, home="main")
    findings = judged(ground(schema, unit(rebuild, dialect="sqlite", home="main"), server=server))
    assert told(findings) == {"app-drop-column": Severity.APP, "app-not-null": Severity.MED}


@pytest.mark.parametrize(
    ("framework", "word"),
    [("rails", "ignored_columns"), ("django", "SeparateDatabaseAndState"), ("laravel", "$fillable"),
     ("doctrine", "entity"), ("efcore", "entity"), ("typeorm", "entity"), ("", "names it")],
)  # fmt: skip
def test_what_has_to_be_released_first_is_said_in_the_words_of_the_tool(framework: str, word: str) -> None:
    findings = found(TABLES, "ALTER TABLE orders DROP COLUMN note", framework=framework)
    drop = next(f for f in findings if f.rule == "app-drop-column")
    assert word in drop.why + drop.safer


def test_a_column_that_the_models_leave_out_may_go() -> None:
    where = ground(TABLES, unit("ALTER TABLE orders DROP COLUMN note", framework="rails"))
    where = replace(where, unnamed={("orders", "note"): "app/models/order.rb:3"})
    drop = next(f for f in judged(where) if f.rule == "app-drop-column")
    assert drop.severity is Severity.LOW
    assert drop.why.startswith("app/models/order.rb:3 already leaves orders.note out.")


@pytest.mark.parametrize(
    ("framework", "severity"),
    [("rails", Severity.LOW), ("flyway", Severity.INFO), ("django", None), ("laravel", None)],
)
def test_a_plan_that_a_session_keeps_is_told_once_for_a_table(framework: str, severity: Severity | None) -> None:
    sql = "ALTER TABLE orders ADD carrier text; ALTER TABLE orders ADD size int; CREATE TABLE n (id int)"
    plans = [f for f in found(TABLES, sql, framework=framework) if f.rule == "app-cached-plan"]
    assert [(f.severity, f.n) for f in plans] == ([(severity, 1)] if severity else [])


def test_a_data_migration_of_django_that_takes_todays_models_is_told() -> None:
    text = "from django.db.models import Q\nfrom shop.models import Order\nmigrations.RunPython(fill)"
    sql = "UPDATE orders SET note = 1 WHERE note IS NULL"
    for framework, wanted in (("django", ["app-model-import"]), ("alembic", [])):
        findings = found(TABLES, sql, framework=framework, text=text)
        assert [f.rule for f in findings if f.rule == "app-model-import"] == wanted


def test_a_table_that_a_past_migration_made_is_nobodys_while_that_runs() -> None:
    made = "CREATE TABLE parts (id int PRIMARY KEY, o bigint)"
    key = "ALTER TABLE parts ADD CONSTRAINT f FOREIGN KEY (o) REFERENCES orders"
    past = replace(unit(f"{made}; {key}; CREATE UNIQUE INDEX u ON parts (o)"), past=True)
    assert told(judged(ground(f"{TABLES} {made}; {key}", past))) == {}
    where = ground(f"{TABLES} {made}; {key}", unit("ALTER TABLE parts ADD c int; CREATE UNIQUE INDEX u ON parts (c)"))
    assert told(judged(replace(where, schema=replace(where.schema, unread=("something",))))) == {}


EMPTIED = "CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
KEPT = """CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.b := new . "a"; RETURN NEW; END';
CREATE TRIGGER keep BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION keep()"""


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("ALTER TABLE t DROP COLUMN a", True),
        ("ALTER TABLE t RENAME b TO c", True),
        ("DROP TRIGGER keep ON t; ALTER TABLE t DROP COLUMN a", False),
        ("ALTER TABLE t DROP COLUMN a; DROP TRIGGER keep ON t", False),
        (f"{EMPTIED}; ALTER TABLE t DROP COLUMN a", False),
        ("ALTER TABLE t DROP COLUMN id", False),
    ],
    ids=["dropped", "renamed", "trigger first", "trigger last", "new body", "another column"],
)  # fmt: skip
def test_a_trigger_that_still_names_a_column_stops_every_write(sql: str, left: bool) -> None:
    assert ("app-trigger-left" in told(found(KEPT, sql))) is left


def test_a_view_of_mysql_that_still_reads_a_column_is_told() -> None:
    tables = f"{MY_TABLES} CREATE VIEW notes AS SELECT note FROM orders;"
    schema = sized(schema_after(tables, dialect="mysql", home="shop"))
    server = replace(SERVER, dialect="mysql", version="9.7.4", version_number=90704, home="shop")
    for sql, left in (("ALTER TABLE orders DROP note", True), ("DROP VIEW notes; ALTER TABLE orders DROP note", False),
                      ("ALTER TABLE orders DROP size", False)):  # fmt: skip
        findings = judged(ground(schema, unit(sql, dialect="mysql", home="shop"), server=server))
        assert ("app-view-left" in told(findings)) is left
